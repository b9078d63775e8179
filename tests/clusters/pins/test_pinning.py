"""Pins overrule a rule for somebody until a day: lists, counts, why and history agree without being told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clusters import membership
from clusters.catalogue import adopting, changing, creating, deleting, schema_file
from clusters.catalogue.changing import ClusterChange
from clusters.errors import InvalidCluster
from clusters.members.copying import copy_cluster
from clusters.models import Cluster, MembershipEvent
from clusters.pinned_rules import with_pins, without_pins
from clusters.pins import reading
from clusters.pins.pinning import pin, unpin
from clusters.pins.reading import pins
from clusters.why.explaining import explain_membership
from crm.people.models import Role
from crm.records.errors import RecordGone
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.schema.draft import editing
from crm.schema.errors import InvalidSchemaFile, UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing

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
    assert {(one.title, one.kept, one.reason) for one in pins(rich, reader=manager).shown} == {
        ("Bia", "in", "asked for it"),
        ("Caio", "out", "asked for it"),
    }


def test_a_pin_ends_with_its_day(rich, manager, monkeypatch):
    keep(rich, "Bia", "in", by=manager, days=0)
    assert who(rich) == ["Ana", "Bia", "Caio"]

    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert who(rich) == ["Ana", "Caio"]
    assert pins(rich, reader=manager).shown == []


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


def test_who_holds_an_old_cluster_changes_its_rule_and_keeps_the_pins(rich, manager):
    stale = Cluster.objects.get(pk=rich.pk)
    keep(rich, "Bia", "in", by=manager)

    changing.change_cluster(stale, ClusterChange(rule="totalSpent>2500"), by=manager)
    assert who(Cluster.objects.get()) == ["Bia", "Caio"]


def test_who_holds_an_old_cluster_deletes_the_fields_of_the_pins_too(rich, manager, administrator):
    stale = Cluster.objects.get(pk=rich.pk)
    keep(rich, "Bia", "in", by=manager)

    deleting.delete_cluster(stale, by=administrator, with_field=True)
    assert not {"RichKeptIn", "RichKeptOut"} & {field.name for field in current.entity("CL").visible_fields}


def changed_in_the_schema(name: str, *, by, **changes) -> None:
    field = Field.objects.get(entity__acronym="CL", name=name)
    editing.change_field(field, **changes)
    publishing.publish_entity("CL", {name}, by=by)


def test_an_expression_that_lost_its_pins_gets_them_back_with_the_next(rich, manager, administrator):
    keep(rich, "Bia", "in", by=manager)
    changed_in_the_schema("Rich", by=administrator, options={"expression": "totalSpent>2500"})
    assert who(rich) == ["Caio"]
    assert pins(rich, reader=manager).shown == []

    keep(rich, "Ana", "in", by=manager)
    assert who(rich) == ["Ana", "Bia", "Caio"]
    assert membership.rule_text(rich) == "totalSpent>2500"
    assert rich.kept_in == "RichKeptIn"


def test_dates_that_are_none_any_more_are_refused(rich, manager, administrator):
    keep(rich, "Bia", "in", by=manager)
    unpin(rich, person("Bia"), by=manager)
    changed_in_the_schema("Rich", by=administrator, options={"expression": "totalSpent>2500"})
    changed_in_the_schema("RichKeptIn", by=administrator, type="Varchar 100")

    with pytest.raises(InvalidCluster, match="RichKeptIn"):
        keep(rich, "Ana", "in", by=manager)
    assert pins(rich, reader=manager).shown == []
    assert not explain_membership(rich, person("Ana"), reader=manager).member


def test_what_a_colleague_drafts_is_neither_lost_nor_published(rich, manager, administrator):
    field = Field.objects.get(entity__acronym="CL", name="Rich")
    editing.change_field(field, options={"expression": "totalSpent>2500"})

    with pytest.raises(InvalidCluster, match="not published"):
        keep(rich, "Bia", "in", by=manager)
    field.refresh_from_db()
    assert field.options["expression"] == "totalSpent>2500"
    assert who(rich) == ["Ana", "Caio"]


def nested(levels: int) -> str:
    rule = "totalSpent>1000"
    for level in range(levels):
        rule = f"(state=BA AND {rule})" if level % 2 else f"(state=BA OR {rule})"
    return rule


def test_a_rule_that_would_nest_too_deep_with_its_pins_stays_as_it_was(spenders, manager):
    deep = None
    for levels in range(15, 21):
        try:
            deep = creating.create_cluster(f"Deep {levels}", rule=nested(levels), by=manager)
        except (InvalidCluster, RuleError, UnpublishableSchema):
            break
    before = who(deep)

    with pytest.raises(UnpublishableSchema, match="nested too deeply"):
        keep(deep, "Bia", "out", by=manager)
    assert who(deep) == before
    assert membership.problem_of(deep) == ""
    assert not Cluster.objects.get(pk=deep.pk).kept_in


def test_the_same_day_again_is_told_with_its_new_reason(rich, manager, editor):
    keep(rich, "Bia", "in", by=manager, reason="promised")
    keep(rich, "Bia", "in", by=editor, reason="asked again")

    assert [(one.reason, one.by.partition(",")[0]) for one in pins(rich, reader=manager).shown] == [
        ("asked again", editor.name),
    ]


def test_long_names_make_two_fields(spenders, manager):
    long = creating.create_cluster("Customers who spent a lot of money this year", rule="totalSpent>1000", by=manager)
    keep(long, "Bia", "in", by=manager)

    assert len({long.field.lower(), long.kept_in.lower(), long.kept_out.lower()}) == 3
    assert who(long) == ["Ana", "Bia", "Caio"]


def test_a_cluster_that_is_made_again_of_its_field_knows_its_pins(rich, manager):
    keep(rich, "Bia", "in", by=manager)
    deleting.delete_cluster(rich, by=manager)

    again = adopting.adopt_field("Rich", by=manager)
    assert membership.rule_text(again) == "totalSpent>1000 OR state=BA"
    assert [one.title for one in pins(again, reader=manager).shown] == ["Bia"]


def test_a_schema_file_of_an_earlier_release_keeps_the_pins(rich, manager, administrator):
    (row,) = schema_file.document()
    keep(rich, "Bia", "in", by=manager)

    schema_file.take_over([{key: value for key, value in row.items() if not key.startswith("kept_")}], administrator)
    assert Cluster.objects.get().kept_in == "RichKeptIn"


def test_those_that_end_first_come_first_by_the_date_that_holds(rich, manager):
    keep(rich, "Bia", "in", by=manager, days=3)
    keep(rich, "Ana", "out", by=manager, days=2)
    keep(rich, "Caio", "out", by=manager, days=9)

    assert [one.title for one in pins(rich, reader=manager).shown] == ["Ana", "Bia", "Caio"]


def test_of_many_pins_the_first_are_shown_and_all_are_counted(rich, manager, monkeypatch):
    monkeypatch.setattr(reading, "SHOWN", 2)
    for name in ("Ana", "Bia", "Caio"):
        keep(rich, name, "in", by=manager)

    found = pins(rich, reader=manager)
    assert (len(found.shown), found.all) == (2, 3)


def test_why_asks_for_pins_only_where_somebody_is_pinned(rich, manager):
    keep(rich, "Bia", "in", by=manager)

    assert "RichKeptIn" in str(explain_membership(rich, person("Bia"), reader=manager).tree)
    assert "RichKeptIn" not in str(explain_membership(rich, person("Ana"), reader=manager).tree)


@pytest.mark.parametrize("kept", ["in", "out"])
def test_a_record_that_is_gone_meanwhile_is_said_to_be(rich, manager, operator, kept):
    keep(rich, "Ana", "out", by=manager)
    bia = person("Bia")
    saving.delete(bia, by=operator)

    with pytest.raises(RecordGone):
        pin(rich, bia, kept, timezone.localdate(), reason="late", by=manager)
    with pytest.raises(RecordGone):
        unpin(rich, bia, by=manager)
