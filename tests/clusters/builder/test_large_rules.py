"""Rules of more conditions than a form holds: nothing that was typed is lost."""

import re

import pytest

from clusters.builder.form_data import MOST
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


def names(count: int) -> dict[str, str]:
    """As many conditions on the first name as the form sends them."""
    sent = {"b-join-0": "any", "b-text": "", "rule": "", "label": "Many"}
    for number in range(count):
        place = f"0.{number}"
        sent |= {f"b-field-{place}": "firstName", f"b-op-{place}": "eq", f"b-value-{place}": f"Name{number}"}
    return sent


def test_conditions_beyond_the_limit_are_refused_and_kept(spenders, manager_client):
    answer = manager_client.post(NEW, names(MOST + 5))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"More than {MOST} conditions" in page
    assert [inputs(page)[f"b-value-0.{number}"] for number in (0, MOST, MOST + 4)] == ["Name0", f"Name{MOST}", f"Name{MOST + 4}"]
    assert inputs(page)["rule"].count("firstName=") == MOST + 5


@pytest.mark.parametrize("act", ["add:0:state", "group:0"])
def test_one_more_than_the_limit_is_not_added_and_the_page_says_why(spenders, manager_client, act):
    page = manager_client.get(NEW, {**names(MOST), "b-act": act}).content.decode()

    assert f"More than {MOST} conditions" in page
    assert len(re.findall(r'name="b-value-0\.[0-9]+"', page)) == MOST
    assert 'name="b-join-0.60"' not in page


def test_a_group_deeper_than_the_limit_is_not_added_and_the_page_says_why(spenders, manager_client):
    groups = {f"b-join-0{'.0' * level}": "all" for level in range(5)}

    page = manager_client.get(
        NEW, {"label": "x", "rule": "", "b-text": "", **groups, "b-act": "group:0.0.0.0.0"}
    ).content.decode()

    assert "are written as a text" in page
    assert 'name="b-join-0.0.0.0.0"' in page
    assert 'name="b-join-0.0.0.0.0.0"' not in page


def test_a_text_of_many_comparisons_stays_a_text(spenders, manager_client):
    rule = " OR ".join(f"firstName=Name{number}" for number in range(MOST + 1))

    page = manager_client.get(NEW, {"label": "x", "rule": rule}).content.decode()

    assert "it stays a text" in page
    assert inputs(page)["rule"] == rule


def test_the_limit_itself_is_saved(spenders, manager_client):
    assert manager_client.post(NEW, names(MOST)).status_code == 302
