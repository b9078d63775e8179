"""Pins overrule a rule for somebody until a day: lists, counts, why and history agree without being told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clusters import membership
from clusters.catalogue import changing, creating, deleting, schema_file
from clusters.catalogue.changing import ClusterChange
from clusters.errors import InvalidCluster
from clusters.members.copying import copy_cluster
from clusters.models import Cluster, MembershipEvent
from clusters.pinned_rules import with_pins, without_pins
from clusters.pins.pinning import pin, unpin
from clusters.pins.reading import pins
from clusters.why.explaining import explain_membership
from crm.people.models import Role
from crm.schema.errors import InvalidSchemaFile
from crm.schema.generated import current

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


@pytest.fixture
def rich(spenders, operator):
    """Ana and Caio."""
    return creating.create_cluster("Rich", rule="totalSpent>1000 OR state=BA", by=operator)


def person(name: str):
    return current.models()["CL"].objects.get(firstName=name)


def who(cluster) -> list[str]:
    return sorted(membership.members(cluster).values_list("firstName", flat=True))


def keep(cluster, name: str, kept: str, *, by, days: int = 1, reason: str = "asked for it") -> None:
    pin(cluster, person(name), kept, timezone.localdate() + timedelta(days=days), reason=reason, by=by)


def test_who_is_kept_in_is_in_and_who_is_kept_out_is_not(rich, manager):
    keep(rich, "Bia", "in", by=manager)
    keep(rich, "Caio", "out", by=manager)

    assert who(rich) == ["Ana", "Bia"]
    assert membership.counts([rich]) == {"Rich": 2}
    assert {(one.title, one.kept, one.reason) for one in pins(rich, reader=manager)} == {
        ("Bia", "in", "asked for it"),
        ("Caio", "out", "asked for it"),
    }


def test_a_pin_ends_with_its_day(rich, manager, monkeypatch):
    keep(rich, "Bia", "in", by=manager, days=0)
    assert who(rich) == ["Ana", "Bia", "Caio"]

    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert who(rich) == ["Ana", "Caio"]
    assert pins(rich, reader=manager) == []


def test_the_other_pin_replaces_the_first_and_without_one_the_rule_decides(rich, manager):
    keep(rich, "Ana", "out", by=manager)
    keep(rich, "Ana", "in", by=manager)
    assert "Ana" in who(rich)

    keep(rich, "Ana", "out", by=manager)
    unpin(rich, person("Ana"), by=manager)
    assert who(rich) == ["Ana", "Caio"]


def test_people_read_and_change_the_rule_without_the_pins(rich, manager):
    keep(rich, "Bia", "in", by=manager)
    assert membership.rule_text(rich) == "totalSpent>1000 OR state=BA"

    changing.change_cluster(rich, ClusterChange(rule="totalSpent>2500"), by=manager)
    assert membership.rule_text(rich) == "totalSpent>2500"
    assert who(rich) == ["Bia", "Caio"]
    assert rich.rule_versions.first().before == "totalSpent>1000 OR state=BA"


def test_a_copy_has_the_rule_and_no_pins(rich, manager):
    keep(rich, "Bia", "in", by=manager)

    assert who(copy_cluster(rich, "Rich too", by=manager)) == ["Ana", "Caio"]


def test_why_says_who_pinned(rich, manager, sign_in):
    keep(rich, "Bia", "in", by=manager, reason="promised on the phone")

    assert explain_membership(rich, person("Bia"), reader=manager).member
    page = sign_in(Role.READER).get(f"/clusters/Rich/why/{person('Bia').pk}/").content.decode()
    assert "Kept in by Max" in page
    assert "promised on the phone" in page


def test_history_says_that_a_person_did_it(rich, manager):
    keep(rich, "Bia", "in", by=manager)
    call_command("refresh_clusters")

    event = MembershipEvent.objects.get()
    assert (event.joined, event.cause, event.record) == (True, "person", person("Bia").pk)


@pytest.mark.parametrize(("days", "reason"), [(-1, "late"), (1, ""), (1, " \u200b"), (1, "x" * 151), (1, "a\0b")])
def test_a_day_that_is_over_or_no_reason_is_refused(rich, manager, days, reason):
    with pytest.raises(InvalidCluster):
        keep(rich, "Bia", "in", by=manager, days=days, reason=reason)
    assert not Cluster.objects.get().kept_in


def test_only_a_rule_can_be_overruled(spenders, manager):
    with pytest.raises(InvalidCluster):
        keep(creating.create_cluster("Dealers", by=manager), "Bia", "in", by=manager)


def test_an_editor_pins_once_the_fields_are_there_and_a_reader_never(rich, manager, editor, reader):
    with pytest.raises(PermissionDenied):
        keep(rich, "Bia", "in", by=editor)
    keep(rich, "Ana", "out", by=manager)

    keep(rich, "Bia", "in", by=editor)
    assert who(rich) == ["Bia", "Caio"]
    with pytest.raises(PermissionDenied):
        keep(rich, "Caio", "out", by=reader)


def test_deleting_with_the_field_hides_the_fields_of_the_pins_too(rich, manager, administrator):
    keep(rich, "Bia", "in", by=manager)

    deleting.delete_cluster(rich, by=administrator, with_field=True)
    names = {field.name for field in current.entity("CL").visible_fields}
    assert not names & {"Rich", "RichKeptIn", "RichKeptOut"}


def test_two_first_pins_make_the_fields_once(rich, manager):
    stale = Cluster.objects.get(pk=rich.pk)
    keep(rich, "Bia", "in", by=manager)
    keep(stale, "Caio", "out", by=manager)

    assert who(rich) == ["Ana", "Bia"]


@pytest.mark.parametrize(
    "rule",
    [
        "a=1",
        "a=1 OR b=2",
        "a=1 AND b=2",
        "NOT a=1",
        "(a=1 OR b=2) AND NOT c=3",
        "(a=1 AND (b=2 OR c=3)) OR d=4",
        "has(AD where b=2)",
    ],
)
def test_a_rule_comes_out_of_its_pins_as_it_went_in(rule):
    assert without_pins(with_pins(rule, "keptIn", "keptOut"), "keptIn", "keptOut") == rule


@given(st.text(max_size=30))
def test_any_other_text_stays_as_it_is(text):
    assert without_pins(text, "keptIn", "keptOut") == text


def test_a_schema_file_keeps_which_fields_pin(rich, manager, administrator):
    keep(rich, "Bia", "in", by=manager)
    (row,) = schema_file.document()
    Cluster.objects.update(kept_in="", kept_out="")

    schema_file.take_over([row], administrator)
    assert membership.rule_text(Cluster.objects.get()) == "totalSpent>1000 OR state=BA"
    with pytest.raises(InvalidSchemaFile):
        schema_file.take_over([{**row, "kept_in": "a OR b"}], administrator)
