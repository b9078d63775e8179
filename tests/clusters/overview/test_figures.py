"""A cluster's page begins with its numbers."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import OperationalError

from clusters.catalogue import creating
from clusters.history import reading
from clusters.history.refreshing import refresh
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import MembershipEvent
from clusters.overview import numbers
from clusters.overview.figures import figures
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(spenders, operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    change_members(cluster, "add", Selection(rule="state=SP"), by=operator)
    refresh(cluster)
    return cluster


def test_they_say_how_many_joined_and_left_and_why(dealers, operator):
    change_members(dealers, "remove", Selection(rule="firstName=Bia"), by=operator)
    saving.delete(current.models()["CL"].objects.get(firstName="Ana"), by=operator)
    refresh(dealers)

    shown = figures(dealers, exact=False)
    assert (shown.number.members, shown.number.of, shown.change) == (0, 2, 0)
    assert list(shown.joined_by) == [("by hand", 2)]
    assert list(shown.left_by) == [("deleted", 1), ("by hand", 1)] or list(shown.left_by) == [("by hand", 1), ("deleted", 1)]


def test_of_many_records_the_page_begins_with_the_last_count(dealers, operator, monkeypatch, manager_client):
    monkeypatch.setattr(numbers, "COUNTED_AT_ONCE", 0)
    change_members(dealers, "add", Selection(rule="state=RJ"), by=operator)

    first, exact = manager_client.get("/clusters/Dealers/"), manager_client.get("/clusters/Dealers/?exact=1")

    assert (first.context["count"], exact.context["count"]) == (2, 3)
    assert 'hx-get="/clusters/Dealers/?exact=1"' in first.content.decode()
    assert "hx-get=" not in exact.content.decode().split('id="figures"')[1][:200]


def test_causes_add_up_to_who_joined_on_the_days_that_are_shown(dealers):
    first = reading.days(dealers)[0].date
    evening_before = datetime.combine(first, time.min, ZoneInfo(settings.TIME_ZONE)) - timedelta(minutes=1)
    MembershipEvent.objects.filter(pk=MembershipEvent.objects.first().pk).update(at=evening_before)

    shown = figures(dealers, exact=False)

    assert (shown.chart.joined, list(shown.joined_by)) == (1, [("by hand", 1)])


def test_who_joined_by_saving_a_form_is_among_them_at_once(dealers, manager_client):
    caio = current.models()["CL"].objects.get(firstName="Caio")
    manager_client.post(f"/crm/CL/{caio.pk}/", {"firstName": "Caio", "Dealers": "on"})

    shown = manager_client.get("/clusters/Dealers/").context["figures"]

    assert (shown.number.members, shown.chart.joined, list(shown.joined_by)) == (3, 3, [("by hand", 3)])


def test_where_nothing_can_be_stored_they_are_those_of_the_last_comparison(dealers, operator, monkeypatch):
    change_members(dealers, "add", Selection(rule="state=RJ"), by=operator)
    monkeypatch.setattr(reading, "refresh", refused)

    shown = figures(dealers, exact=False)

    assert (shown.number.members, shown.chart.joined) == (3, 2)


def refused(_cluster):
    raise OperationalError("database or disk is full")


def test_a_cluster_that_was_never_compared_shows_its_number_alone(spenders, operator, monkeypatch):
    monkeypatch.setattr("clusters.overview.figures.COUNTED_AT_ONCE", 0)
    cluster = creating.create_cluster("Empty", by=operator)

    shown = figures(cluster, exact=False)
    assert (shown.number.members, shown.is_exact, shown.chart) == (0, True, None)
