"""Enter saves a rule whose numbers were shown; one that was changed since is counted first."""

import re

import pytest

from clusters import membership
from clusters.catalogue import creating
from clusters.models import Cluster
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW, RULE = "/clusters/new/", "/clusters/Rich/rule/"


def pressed_by_enter(page: str) -> str:
    """Where the first button of the form sends it: browsers press that one."""
    return re.search(r'<form method="post" class="rule-form".*?<button[^>]*formaction="([^"]*)"', page, re.S)[1]


@pytest.fixture
def rich(spenders, operator):
    return creating.create_cluster("Rich", rule="state=SP", by=operator)


@pytest.mark.parametrize("change", [{"b-value-0.0": "RJ"}, {"rule": "state=RJ"}])
def test_a_changed_rule_is_counted_and_saved_by_enter_once_more(rich, manager_client, change):
    page = manager_client.get(RULE).content.decode()

    page = manager_client.post(pressed_by_enter(page), {**inputs(page), **change}).content.decode()

    assert "Nothing is saved yet: this is what the changed rule finds. Enter once more saves it." in page
    assert "<strong>1 customer</strong>" in page
    assert membership.rule_text(rich) == "state=SP"
    assert manager_client.post(pressed_by_enter(page), inputs(page)).status_code == 302
    assert membership.rule_text(rich) == "state=RJ"


@pytest.mark.parametrize("change", [{"b-value-0.0": ""}, {"rule": "state="}])
def test_enter_refuses_what_cannot_be_saved_as_the_button_does(rich, manager_client, change):
    page = manager_client.get(RULE).content.decode()

    assert manager_client.post(pressed_by_enter(page), {**inputs(page), **change}).status_code == 422


def test_the_button_saves_what_was_changed(rich, manager_client):
    page = manager_client.get(RULE).content.decode()
    button = re.search(r'<button type="submit" class="btn btn-primary" formaction="([^"]*)"', page)[1]

    assert manager_client.post(button, {**inputs(page), "b-value-0.0": "RJ"}).status_code == 302
    assert membership.rule_text(rich) == "state=RJ"


def test_a_name_and_enter_make_a_cluster(spenders, manager_client):
    page = manager_client.get(NEW).content.decode()

    manager_client.post(pressed_by_enter(page), {**inputs(page), "label": "Dealers"})

    assert Cluster.objects.get().label == "Dealers"


def test_a_new_rule_is_counted_before_enter_makes_its_cluster(spenders, manager_client):
    page = manager_client.get(NEW, {"label": "Rich", "rule": "state=SP"}).content.decode()

    page = manager_client.post(pressed_by_enter(page), {**inputs(page), "b-value-0.0": "RJ", "label": "Rich"}).content.decode()

    assert not Cluster.objects.exists()
    manager_client.post(pressed_by_enter(page), {**inputs(page), "label": "Rich"})
    assert membership.rule_text(Cluster.objects.get()) == "state=RJ"


def test_without_scripts_it_is_said_that_numbers_wait_for_a_count(rich, manager_client):
    page = manager_client.get(RULE).content.decode()

    assert re.search(r"<noscript>.*after a change, count again\..*</noscript>", page)
