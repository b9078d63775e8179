"""Events of rules: found by comparing who is in with who was."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import membership
from clusters.catalogue import changing, creating
from clusters.history import comparing_rules, refreshing, sources
from clusters.history.reading import members_at
from clusters.history.refreshing import refresh, refresh_all
from clusters.jobs import refresh_clusters
from clusters.models import ClusterCount, CurrentMember, MembershipEvent, RuleVersion
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(spenders, operator):
    """Ana and Caio, of three."""
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


def bia():
    return current.models()["CL"].objects.get(firstName="Bia")


def test_who_is_in_at_the_first_time_joins_silently(rich):
    assert not MembershipEvent.objects.exists()
    assert set(CurrentMember.objects.values_list("since", flat=True)) == {None}
    assert rich.last_count.members == 2


def test_a_value_that_changed_is_the_cause_and_the_moment_an_interval(rich, operator):
    before = ClusterCount.objects.get(cluster=rich).counted_at
    saving.update(bia(), {"totalSpent": 5000}, by=operator)

    refreshed = refresh(rich)

    event = MembershipEvent.objects.get()
    assert (refreshed.joined, refreshed.left) == (1, 0)
    assert (event.record, event.joined, event.cause, event.after) == (bia().pk, True, "value", before)
    assert event.change_set is not None


def test_nothing_written_means_that_time_went_by(spenders, operator, time_machine_at):
    young = creating.create_cluster("Fresh", rule="createdIn>now-1d", by=operator)
    assert young.last_count.members == 3

    with time_machine_at(timezone.now() + timedelta(days=2)):
        refresh(young)

    assert {(event.joined, event.cause) for event in MembershipEvent.objects.all()} == {(False, "time")}


def test_a_change_that_was_committed_after_the_comparison_that_it_precedes_is_the_cause(rich, operator):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)
    RecordChange.objects.filter(record_id=bia().pk).update(at=rich.last_count.counted_at - timedelta(seconds=5))

    refresh(rich)

    event = MembershipEvent.objects.get()
    assert event.cause == "value"
    assert event.change_set == ChangeSet.objects.latest("id").pk


def test_a_change_that_was_read_already_is_not_the_cause_of_what_time_did_later(spenders, operator, time_machine_at):
    young = creating.create_cluster("Fresh", rule="createdIn>now-1d", by=operator)
    saving.update(bia(), {"totalSpent": 5000}, by=operator)
    refresh(young)

    with time_machine_at(timezone.now() + timedelta(days=2)):
        refresh(young)

    assert {(event.cause, event.change_set) for event in MembershipEvent.objects.all()} == {("time", None)}


def test_values_of_related_records_are_the_cause_and_not_the_time(spenders, operator):
    housed = creating.create_cluster("Housed", rule="has(AD)", by=operator)
    saving.create(current.models()["AD"], {"userId": bia().pk}, by=operator)

    refresh(housed)

    assert [(event.record, event.cause) for event in MembershipEvent.objects.all()] == [(bia().pk, "value")]


def test_a_deleted_member_left_because_it_was_deleted(rich, operator):
    saving.delete(current.models()["CL"].objects.get(firstName="Ana"), by=operator)

    refresh(rich)

    assert [(event.joined, event.cause) for event in MembershipEvent.objects.all()] == [(False, "deleted")]


def test_changing_the_rule_stores_what_was_pending_under_its_own_cause_first(rich, operator):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)

    changing.change_cluster(rich, changing.ClusterChange(rule="totalSpent>2500"), by=operator)

    assert sorted((event.joined, event.cause) for event in MembershipEvent.objects.all()) == [(False, "rule"), (True, "value")]
    first, *_rest = RuleVersion.objects.all()
    assert (first.before, first.after, first.joined, first.left) == ("totalSpent>1000", "totalSpent>2500", 0, 1)


def test_who_joins_while_a_comparison_runs_is_stored_by_the_next_one(rich, operator, monkeypatch):
    saving.create(current.models()["CL"], {"firstName": "Dora", "totalSpent": 5000}, by=operator)
    afterwards(monkeypatch, lambda: saving.update(bia(), {"totalSpent": 5000}, by=operator))
    assert refresh(rich).joined == 1
    monkeypatch.undo()

    refresh(rich)

    assert bia().pk in set(MembershipEvent.objects.values_list("record", flat=True))


def test_who_leaves_while_a_comparison_runs_is_stored_by_the_next_one(rich, operator, monkeypatch):
    ana, caio = (current.models()["CL"].objects.get(firstName=name) for name in ("Ana", "Caio"))
    saving.update(ana, {"totalSpent": 1}, by=operator)
    afterwards(monkeypatch, lambda: saving.update(caio, {"totalSpent": 1}, by=operator))
    assert refresh(rich).left == 1
    monkeypatch.undo()

    refresh(rich)

    assert {event.record for event in MembershipEvent.objects.all()} == {ana.pk, caio.pk}


def afterwards(monkeypatch, write) -> None:
    """Somebody writes right after events were stored."""

    def execute(statement, params):
        stored = sources.execute(statement, params)
        if stored and "INSERT INTO" in statement and sources.EVENTS in statement.split("SELECT")[0]:
            write()
        return stored

    monkeypatch.setattr(comparing_rules, "execute", execute)


def test_comparing_twice_stores_nothing_twice(rich, operator):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)

    assert [refresh_all().joined for _time in range(2)] == [1, 0]


def test_a_cluster_that_cannot_be_evaluated_keeps_its_count_and_says_since_when(rich, operator, monkeypatch):
    monkeypatch.setattr(refreshing.membership, "conditions_of", lambda _entity, _clusters: {})

    assert refresh(rich).clusters == 0

    count = ClusterCount.objects.get(cluster=rich)
    assert count.members == 2
    assert count.failed_since is not None


def test_a_comparison_that_breaks_off_stores_nothing(rich, operator, monkeypatch):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)
    monkeypatch.setattr(refreshing, "_store", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        refresh(rich)
    monkeypatch.undo()

    assert refresh(rich).joined == 1
    assert MembershipEvent.objects.count() == 1


def test_a_clock_that_was_set_back_disorders_nothing(rich, operator, time_machine_at):
    last = ClusterCount.objects.get(cluster=rich).counted_at
    saving.update(bia(), {"totalSpent": 5000}, by=operator)

    with time_machine_at(last - timedelta(days=1)):
        refresh(rich)

    assert MembershipEvent.objects.get().at >= last


def test_daily_job_compares_all_that_are_in_use(rich, operator, fake_job):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)

    assert refresh_clusters(fake_job) == {"clusters": 1, "joined": 1, "left": 0}


def test_old_events_are_forgotten_with_the_changes_and_members_stay_known(rich, operator, settings):
    saving.update(bia(), {"totalSpent": 5000}, by=operator)
    refresh(rich)
    MembershipEvent.objects.update(at=timezone.now() - timedelta(days=settings.RETAIN_HISTORY_DAYS + 1))

    assert refreshing.forget_before_retention() == 1
    assert CurrentMember.objects.filter(cluster=rich).count() == 3


@pytest.mark.parametrize("seed", range(3))
def test_walking_events_back_gives_the_members_at_every_comparison(rich, operator, seed):
    chance, model, seen = random.Random(seed), current.models()["CL"], []
    for step in range(15):
        records = list(model.objects.all())
        if chance.random() < 0.3 or not records:
            saving.create(model, {"firstName": f"P{step}", "totalSpent": chance.choice([1, 5000])}, by=operator)
        elif chance.random() < 0.2:
            saving.delete(chance.choice(records), by=operator)
        else:
            saving.update(chance.choice(records), {"totalSpent": chance.choice([1, 5000])}, by=operator)
        refresh(rich)
        seen.append((timezone.now(), set(membership.members(rich).values_list("pk", flat=True))))

    assert [members_at(rich, moment) for moment, _members in seen] == [members for _moment, members in seen]


def test_a_rule_that_was_changed_in_the_schema_gets_its_version_with_what_it_did(rich, administrator):
    field = Field.objects.get(entity__acronym="CL", name="Rich")
    editing.change_field(field, options={**field.options, "expression": "totalSpent>2500"})
    publishing.publish(by=administrator)

    refresh(rich)

    version = rich.rule_versions.first()
    assert (version.before, version.after, version.left) == ("totalSpent>1000", "totalSpent>2500", 1)
    assert version.user_name == "Ada"
    assert MembershipEvent.objects.get().cause == "rule"
    refresh(rich)
    assert rich.rule_versions.count() == 2
