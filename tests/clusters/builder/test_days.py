"""Days in conditions: chosen in a calendar, or counted from today."""

import re

import pytest

from clusters import membership
from clusters.models import Cluster
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


@pytest.fixture
def shown(spenders, manager_client):
    def page(rule: str, **changed: str) -> str:
        first = manager_client.get(NEW, {"label": "x", "rule": rule}).content.decode()
        return manager_client.get(NEW, {**inputs(first), **changed}).content.decode() if changed else first

    return page


@pytest.mark.parametrize("field", ["birthDate", "createdIn"])
def test_a_day_has_a_calendar_and_days_that_move_on_beside_it(shown, field):
    page = shown(f"{field}>=2000-01-31")

    value = re.search(r'<input type="text"[^>]* name="b-value-0.0"[^>]*>', page)[0]
    assert 'data-date="mdy"' in value
    assert 'list="relative-days"' in value
    assert "data-time" not in value
    assert '<option value="today-7d">7 days ago</option>' in page
    assert "js/date-picker" in page


@pytest.mark.parametrize("day", ["today", "today-7d", "month start"])
def test_a_day_that_moves_on_is_typed_in_its_place(shown, day):
    page = shown("birthDate>=2000-01-31", **{"b-value-0.0": day})

    assert inputs(page)["b-value-0.0"] == day
    assert inputs(page)["rule"] in {f"birthDate>={day}", f'birthDate>="{day}"'}


@pytest.mark.parametrize("typed", ["12/31/2001", "2001-12-31"])
def test_a_day_is_typed_as_people_or_machines_write_it(shown, typed):
    assert inputs(shown("birthDate<=2000-01-31", **{"b-value-0.0": typed}))["rule"] == "birthDate<=2001-12-31"


def test_a_birthday_is_between_days_whatever_its_year(shown):
    page = shown("anniversary(birthDate) between today and today+7d")

    assert "has its anniversary between" in page
    assert (inputs(page)["b-op-0.0"], inputs(page)["b-value-0.0"], inputs(page)["b-high-0.0"]) == ("yearly", "today", "today+7d")


def test_the_latest_of_related_records_has_no_anniversary(shown):
    page = shown("max(AD.createdIn)>now-30d")

    assert 'name="b-function-0.0"' in page
    assert 'value="yearly"' not in page


def test_one_end_of_two_stays_where_it_was_typed(shown):
    page = shown("birthDate between 2000-01-31 and 2001-01-31", **{"b-value-0.0": ""})

    assert (inputs(page)["b-value-0.0"], inputs(page)["b-high-0.0"]) == ("", "01/31/2001")


@pytest.mark.parametrize(("age", "sign"), [("last", ">"), ("before", "<")])
def test_a_number_without_its_unit_is_asked_about_and_never_taken_as_days(shown, manager_client, age, sign):
    sent = {**inputs(shown("birthDate>2000-01-31")), "b-op-0.0": age, "b-value-0.0": "3", "label": "Young"}

    answer = manager_client.post(NEW, sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose days, weeks or months for “Birth date”." in page
    assert inputs(page)["b-value-0.0"] == "3"
    assert manager_client.post(NEW, {**inputs(page), "b-unit-0.0": "M", "label": "Young"}).status_code == 302
    assert membership.rule_text(Cluster.objects.get()) == f"birthDate{sign}now-3M"


def test_the_latest_of_related_records_asks_for_its_unit_too(shown, manager_client):
    sent = {**inputs(shown("max(AD.createdIn)>2026-01-01")), "b-op-0.0": "last", "b-value-0.0": "3", "label": "Moved"}

    assert "Choose days, weeks or months for “Addresses”." in manager_client.post(NEW, sent).content.decode()
