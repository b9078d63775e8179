"""Events of clusters that people fill: read from the change history, exactly."""

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import membership
from clusters.catalogue import creating
from clusters.history.reading import members_at
from clusters.history.refreshing import refresh
from clusters.history.sources import first_unread
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import CurrentMember, MembershipEvent
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.records.writing.moments import dated
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(spenders, operator):
    return creating.create_cluster("Dealers", by=operator)


def names(events) -> list[tuple[str, bool, str]]:
    people = dict(current.models()["CL"].objects.values_list("id", "firstName"))
    return [(people.get(event.record, "?"), event.joined, event.cause) for event in events]


def test_each_join_and_leave_is_an_event_with_its_moment_and_change(dealers, operator):
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)
    change_members(dealers, "remove", Selection(rule="firstName=Ana"), by=operator)

    refresh(dealers)

    events = list(dealers.events.order_by("id"))
    assert sorted(names(events)) == [("Ana", False, "person"), ("Ana", True, "person"), ("Bia", True, "person")]
    changes = {change.pk: change for change in RecordChange.objects.all()}
    assert all(event.at == changes[event.change].at and event.after is None for event in events)


def test_reading_again_stores_no_event_twice(dealers, operator):
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)

    first, second = refresh(dealers), refresh(dealers)

    assert (first.joined, second.joined) == (2, 0)
    assert MembershipEvent.objects.count() == 2


def test_a_record_that_is_created_a_member_joined_and_one_that_is_deleted_left(dealers, operator):
    model = current.models()["CL"]
    record = saving.create(model, {"firstName": "Dora", "Dealers": True}, by=operator)
    refresh(dealers)
    saving.delete(record, by=operator)

    refresh(dealers)

    assert [(event.joined, event.cause) for event in dealers.events.order_by("id")] == [(True, "person"), (False, "deleted")]
    assert not CurrentMember.objects.exists()


def test_moving_between_tiers_leaves_one_and_joins_the_other(spenders, operator):
    sp, rj = creating.create_tiers("state", values=["SP", "RJ"], by=operator)
    ana = current.models()["CL"].objects.get(firstName="Ana")
    saving.update(ana, {"state": "RJ"}, by=operator)

    refresh(sp)
    refresh(rj)

    assert names(sp.events.filter(record=ana.pk)) == [("Ana", True, "person"), ("Ana", False, "person")]
    assert names(rj.events.filter(record=ana.pk)) == [("Ana", True, "person")]


@pytest.mark.parametrize("seed", range(4))
def test_walking_events_back_gives_the_members_of_every_past_moment(spenders, operator, seed):
    dealers = creating.create_cluster("Dealers", by=operator)
    chance, model, seen = random.Random(seed), current.models()["CL"], []
    for step in range(25):
        records = list(model.objects.all())
        act = chance.choice(["create", "change", "change", "other", "delete"])
        if act == "create" or not records:
            saving.create(model, {"firstName": f"P{step}", "Dealers": chance.random() < 0.5}, by=operator)
        elif act == "change":
            record = chance.choice(records)
            saving.update(record, {"Dealers": not record.Dealers}, by=operator)
        elif act == "other":
            saving.update(chance.choice(records), {"lastName": f"L{step}"}, by=operator)
        else:
            saving.delete(chance.choice(records), by=operator)
        if chance.random() < 0.3:
            refresh(dealers)
        seen.append((timezone.now(), set(membership.members(dealers).values_list("pk", flat=True))))

    assert [members_at(dealers, moment) for moment, _members in seen] == [members for _moment, members in seen]


def test_a_change_that_is_dated_back_is_read_by_the_next_comparison(dealers, operator):
    refresh(dealers)
    with dated(timezone.now() - timedelta(days=3)):
        saving.create(current.models()["CL"], {"firstName": "Dora", "Dealers": True}, by=operator)

    assert refresh(dealers).joined == 1


def test_changes_of_the_last_hour_are_read_again_and_so_is_what_is_missing_before_them(dealers, operator):
    changes = RecordChange.objects.order_by("id")
    last = changes.last().pk
    assert first_unread(0) == 0

    changes.update(at=timezone.now() - timedelta(hours=2))
    assert first_unread(0) == first_unread(last + 1) == last + 1

    changes.filter(pk=last).update(at=timezone.now())
    changes.filter(pk=last - 1).delete()
    assert first_unread(0) == last - 1
    assert first_unread(last) == last


def test_a_change_of_a_transaction_that_commits_after_quicker_ones_is_read_by_the_next_comparison(dealers, operator):
    RecordChange.objects.update(at=timezone.now() - timedelta(hours=2))
    refresh(dealers)
    model = current.models()["CL"]
    slow, quick = model.objects.get(firstName="Ana"), model.objects.get(firstName="Bia")
    saving.update(slow, {"Dealers": True}, by=operator)
    saving.update(quick, {"Dealers": True}, by=operator)

    with uncommitted(slow):
        assert refresh(dealers).joined == 1
    assert refresh(dealers).joined == 1

    assert {event.record for event in dealers.events.all()} == {slow.pk, quick.pk}


@contextmanager
def uncommitted(record):
    """As if the last write of a member were yet to commit."""
    model, change = type(record), RecordChange.objects.filter(record_id=record.pk).latest("id")
    RecordChange.objects.filter(pk=change.pk).delete()
    model.objects.filter(pk=record.pk).update(Dealers=False)
    yield
    change.save(force_insert=True)
    model.objects.filter(pk=record.pk).update(Dealers=True)
