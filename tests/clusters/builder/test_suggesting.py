"""Frequent values with their numbers, and quartiles, where a value is chosen."""

import re

import pytest

from clusters import membership
from clusters.catalogue import creating
from clusters.models import Cluster
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


@pytest.fixture
def people(spenders, operator):
    """Of SP four, of RJ three, of MG one."""
    for state in ("SP", "SP", "RJ", "RJ", "MG"):
        saving.create(spenders, {"firstName": state, "state": state, "totalSpent": 5}, by=operator)
    return spenders


@pytest.fixture
def shown(people, manager_client):
    def page(rule: str, **changed: str) -> str:
        first = manager_client.get(NEW, {"label": "x", "rule": rule}).content.decode()
        return manager_client.get(NEW, {**inputs(first), "b-act": "show", **changed}).content.decode() if changed else first

    return page


def ticks(page: str) -> list[tuple[str, bool]]:
    found = re.findall(r'<input type="checkbox"[^>]* name="b-value-[0-9.]+" value="([^"]*)"( checked)?', page)
    return [(value, bool(checked)) for value, checked in found]


def test_a_list_of_values_is_ticked_among_the_frequent_ones(shown):
    page = shown("state in (RJ, BA)")

    assert ticks(page) == [("SP", False), ("RJ", True)]
    assert inputs(page)["b-others-0.0"] == "BA"
    assert re.search(r"SP</span> <span class=\"count\">4<", page)


def test_what_is_ticked_and_what_is_typed_are_the_values(shown):
    page = shown("state in (RJ, BA)", **{"b-value-0.0": ["SP", "RJ"], "b-others-0.0": "BA, MT"})

    assert inputs(page)["rule"] == "state in (RJ, BA, SP, MT)"


def test_an_operator_that_is_changed_to_a_list_keeps_the_value(shown):
    page = shown("state=RJ", **{"b-op-0.0": "in"})

    assert inputs(page)["rule"] == "state in (RJ)"
    assert ticks(page) == [("SP", False), ("RJ", True)]


def test_a_new_condition_shows_what_there_is(shown):
    page = shown("state=RJ", **{"b-value-0.0": ""})

    assert '<option value="SP">4</option>' in page
    assert "Most frequent:" in page


def test_a_condition_with_its_value_counts_nothing(shown):
    assert '<datalist id="values-' not in shown("state=RJ")


def test_a_new_condition_on_a_number_shows_its_quartiles(shown):
    assert "three quarters at most" in shown("totalSpent>7", **{"b-value-0.0": ""})


@pytest.mark.parametrize("rule", ["state in (RJ, BA)", "state in (SP)", "state in (BA, RJ, MT, SP)", "state in (sp, RJ)"])
def test_a_list_saved_unchanged_stays_as_it_was(people, manager_client, operator, rule):
    creating.create_cluster("Some", rule=rule, by=operator)
    page = manager_client.get("/clusters/Some/rule/").content.decode()

    manager_client.post("/clusters/Some/rule/", inputs(page))

    assert membership.rule_text(Cluster.objects.get()) == rule


def test_an_option_with_a_comma_is_one_value(people, manager_client, operator):
    tier = new_fields.new_definition("tier", "Choice", options={"choices": [{"value": "Gold, old"}, {"value": "Silver"}]})
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), tier, by=operator)
    page = manager_client.get(NEW, {"label": "x", "rule": "tier=Silver"}).content.decode()

    sent = {**inputs(page), "b-op-0.0": "in", "b-value-0.0": ["Gold, old"], "b-act": "show"}

    assert inputs(manager_client.get(NEW, sent).content.decode())["rule"] == 'tier in ("Gold, old")'
