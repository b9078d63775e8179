"""A cluster's page begins with its numbers."""

import pytest

from clusters.catalogue import creating
from clusters.history.refreshing import refresh
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
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


def test_a_cluster_that_was_never_compared_shows_its_number_alone(spenders, operator):
    cluster = creating.create_cluster("Empty", by=operator)

    shown = figures(cluster, exact=False)
    assert (shown.number.members, shown.is_exact, shown.chart) == (0, True, None)
