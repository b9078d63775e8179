"""The report of a period, and moves between tiers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.catalogue import creating
from clusters.history.period import period
from clusters.history.reading import last_count
from clusters.history.refreshing import refresh
from clusters.history.tier_moves import tier_moves
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import ClusterCount, MembershipEvent
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish

pytestmark = pytest.mark.django_db
TODAY = timedelta(0)


def record(name: str):
    return current.models()["CL"].objects.get(firstName=name)


@pytest.fixture
def dealers(spenders, operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    change_members(cluster, "add", Selection(rule="state=SP"), by=operator)
    saving.update(record("Ana"), {"Dealers": False}, by=operator)
    return cluster


@pytest.fixture
def tiers(spenders, operator):
    """Gold, Silver and Bronze; Ana went from Silver to Gold, Caio from Gold to none, Bia joined Silver."""
    definition = new_fields.new_definition("tier", "Choice", options={"choices": "Gold,Silver,Bronze"})
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), definition, by=operator)
    saving.update(record("Ana"), {"tier": "Silver"}, by=operator)
    saving.update(record("Caio"), {"tier": "Gold"}, by=operator)
    made = {cluster.label: cluster for cluster in creating.create_tiers("tier", by=operator)}
    for name, tier in (("Ana", "Gold"), ("Caio", None), ("Bia", "Silver")):
        saving.update(record(name), {"tier": tier}, by=operator)
    return made


def today():
    return timezone.localdate()


def test_what_began_joined_and_left_is_what_is_there_at_the_end(dealers):
    found = period(last_count(dealers))

    assert (found.joined_by, found.left_by) == ([("by hand", 2)], [("by hand", 1)])
    assert found.end == (found.start or 0) + found.chart.joined - found.chart.left == 1


def test_a_period_in_which_nothing_happened_begins_as_it_ends(dealers):
    refresh(dealers)
    MembershipEvent.objects.update(at=timezone.now() - timedelta(days=20))
    ClusterCount.objects.update(known_from=timezone.now() - timedelta(days=40))

    found = period(last_count(dealers), today() - timedelta(days=9), today())
    assert (found.start, found.chart.joined, found.chart.left, found.end) == (1, 0, 0, 1)
    before = period(last_count(dealers), today() - timedelta(days=30), today() - timedelta(days=10))
    assert (before.start, before.chart.joined, before.chart.left, before.end) == (0, 2, 1, 1)


def test_who_went_from_one_tier_to_another_is_counted_once(tiers):
    moves = tier_moves(tiers["Gold"], today() - timedelta(days=1), today())
    labels = [tier.label for tier in moves.clusters]
    table = {row.cluster.label if row.cluster else "": (dict(zip(labels, row.to, strict=True)), row.out) for row in moves.rows}

    assert table["Silver"] == ({"Gold": 1, "Silver": 0, "Bronze": 0}, 0)
    assert table["Gold"][1] == 1
    assert table[""][0]["Silver"] == 2  # Ana's first tier, and Bia's
    assert table[""][0]["Gold"] == 1


def test_only_the_busiest_tiers_are_columns(tiers, monkeypatch):
    monkeypatch.setattr("clusters.history.tier_moves.SHOWN", 2)

    moves = tier_moves(tiers["Gold"], today(), today())
    assert {tier.label for tier in moves.clusters} == {"Gold", "Silver"}
    assert moves.left_out == 1


def test_a_cluster_with_a_field_of_its_own_has_no_moves(dealers):
    assert tier_moves(dealers, today(), today()) is None


def test_page_shows_the_period(dealers, sign_in):
    page = sign_in(Role.READER).get("/clusters/Dealers/report/").content.decode()

    assert "At the start" in page
    assert "by hand" in page
    assert "Report of a month" in sign_in(Role.READER).get("/clusters/Dealers/history/").content.decode()


def test_page_shows_the_moves(tiers, manager_client):
    page = manager_client.get(f"{tiers['Gold'].get_absolute_url()}report/").content.decode()

    assert "to Gold" in page
    assert "no cluster" in page


def test_a_period_is_chosen_and_one_that_is_not_known_is_said_to_be(dealers, manager_client):
    first, last = (today() - timedelta(days=60)).isoformat(), (today() - timedelta(days=31)).isoformat()
    ClusterCount.objects.update(known_from=timezone.now())

    page = manager_client.get("/clusters/Dealers/report/", {"from": first, "to": last}).content.decode()
    assert f'value="{first}"' in page
    assert "unknown" in page


@pytest.mark.parametrize(
    "asked",
    [{"from": "soon"}, {"to": "2026-02-31"}, {"from": "2026-03-01", "to": "2026-02-01"}, {"from": "0001-01-01"}],
)
def test_days_that_are_none_are_refused_and_stay_as_they_were_typed(dealers, manager_client, asked):
    answer = manager_client.get("/clusters/Dealers/report/", asked)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
