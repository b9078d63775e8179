"""Members join and leave by ids, by keys or by a rule: counted first, one change-set, undone."""

import json
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from clusters import membership
from clusters.catalogue import creating
from clusters.catalogue.lookup import InvalidCluster
from clusters.errors import InvalidSelection
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from crm.jobs import locking
from crm.records import undoing
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db
TIERS = {"choices": [{"value": "gold", "label": "Gold", "colour": 1}, {"value": "silver", "label": "Silver", "colour": 2}]}
PEOPLE = ("ana", "bia", "caio", "davi")


@pytest.fixture
def dealers(operator):
    editing.add_field(DataEntity.objects.get(acronym="CL"), FieldDefinition("tier", "Choice", options=TIERS))
    publishing.publish(by=operator)
    cluster = creating.create_cluster("Dealers", by=operator)
    for name in PEOPLE:
        saving.create(current.models()["CL"], {"email": f"{name}@example.com"}, record_id=name, by=operator)
    return cluster


@pytest.fixture
def gold(dealers, operator):
    return creating.create_tiers("tier", by=operator)[0]


def names(cluster) -> set[str]:
    return {member.pk for member in membership.members(cluster)}


def ids(*keys: str) -> Selection:
    return Selection(keys=keys)


def said(*arguments, **options):
    output = StringIO()
    call_command("change_members", *arguments, "--json", stdout=output, **options)
    return json.loads(output.getvalue())


def test_ids_join_in_both_forms_and_the_unknown_are_listed(dealers, editor):
    change = change_members(dealers, "add", ids("ana", "CL-bia", "nobody", "a b"), by=editor)

    assert names(dealers) == {"ana", "bia"}
    assert (change.added, change.unknown) == (2, ["a b", "nobody"])


def test_who_is_in_already_is_unchanged_and_written_nowhere(dealers, editor):
    change_members(dealers, "add", ids("ana"), by=editor)

    again = change_members(dealers, "add", ids("ana", "ana"), by=editor)

    assert (again.added, again.unchanged, again.change_set) == (0, 1, None)


def test_members_are_named_by_a_field_without_regard_to_case(dealers, editor):
    keys = Selection("email", keys=["ANA@example.com", "ana@example.com", "x@example.com", "not an address"])

    change = change_members(dealers, "add", keys, by=editor)

    assert names(dealers) == {"ana"}
    assert (change.added, change.unknown) == (1, ["not an address", "x@example.com"])


def test_all_for_whom_a_rule_holds_join(dealers, editor):
    change = change_members(dealers, "add", Selection(rule="email contains a@"), by=editor)

    assert names(dealers) == {"ana", "bia"}
    assert change.added == 2


def test_a_cluster_becomes_exactly_the_ones_named(dealers, editor):
    change_members(dealers, "add", ids("ana", "bia"), by=editor)

    change = change_members(dealers, "replace", ids("bia", "caio"), by=editor)

    assert names(dealers) == {"bia", "caio"}
    assert (change.added, change.removed, change.unchanged) == (1, 1, 1)


def test_an_empty_list_takes_nobody_out(dealers, editor):
    change_members(dealers, "add", ids("ana"), by=editor)

    with pytest.raises(InvalidSelection, match="would take everybody out"):
        change_members(dealers, "replace", ids(), by=editor)
    assert names(dealers) == {"ana"}


def test_a_rehearsal_counts_the_same_and_writes_nothing(dealers, editor):
    change_members(dealers, "add", ids("ana", "bia"), by=editor)
    before = ChangeSet.objects.count()

    rehearsed = change_members(dealers, "replace", ids("bia", "caio"), by=editor, dry_run=True)
    assert (names(dealers), ChangeSet.objects.count()) == ({"ana", "bia"}, before)

    written = change_members(dealers, "replace", ids("bia", "caio"), by=editor)
    assert (written.added, written.removed, written.unchanged) == (rehearsed.added, rehearsed.removed, rehearsed.unchanged)


def test_one_change_set_holds_it_all_and_can_be_undone(dealers, editor, manager):
    change = change_members(dealers, "add", ids(*PEOPLE), by=editor)

    assert RecordChange.objects.filter(change_set=change.change_set).count() == 4

    undoing.run(undoing.open_undo(ChangeSet.objects.get(pk=change.change_set), by=manager), by=manager)
    assert names(dealers) == set()


def test_who_joins_a_tier_gets_its_value_from_whatever_it_was(gold, editor, customers):
    saving.update(current.models()["CL"].objects.get(pk="ana"), {"tier": "silver"}, by=editor)

    change = change_members(gold, "add", ids("ana", "bia"), by=editor)

    assert (names(gold), change.added) == ({"ana", "bia"}, 2)


def test_who_leaves_a_tier_is_cleared_only_where_it_was_this_tier(gold, editor):
    change_members(gold, "add", ids("ana"), by=editor)
    saving.update(current.models()["CL"].objects.get(pk="bia"), {"tier": "silver"}, by=editor)

    change = change_members(gold, "remove", ids("ana", "bia", "caio"), by=editor)

    tiers = dict(current.models()["CL"].objects.values_list("pk", "tier"))
    assert tiers == {"ana": None, "bia": "silver", "caio": None, "davi": None}
    assert (change.removed, change.unchanged) == (1, 2)


def test_a_rule_decides_by_itself(dealers, operator):
    rule = creating.create_cluster("Addresses", rule="email contains a@", by=operator)

    with pytest.raises(InvalidCluster, match="nobody is added or removed by hand"):
        change_members(rule, "add", ids("ana"), by=operator)


def test_a_reader_changes_nothing(dealers, reader):
    with pytest.raises(PermissionDenied):
        change_members(dealers, "add", ids("ana"), by=reader)


@pytest.mark.parametrize("field", ["nothing", "userId.email", 'x" --', "LoyalVIPs"])
def test_keys_of_a_field_that_is_not_there_are_refused(dealers, editor, field):
    with pytest.raises(InvalidSelection, match="has no field"):
        change_members(dealers, "add", Selection(field, keys=["x"]), by=editor)


def test_a_key_that_several_records_have_is_refused(dealers, editor, operator):
    for record in current.models()["CL"].objects.filter(pk__in=["ana", "bia"]):
        saving.update(record, {"firstName": "Ana"}, by=operator)

    with pytest.raises(InvalidSelection, match="Several records have this key"):
        change_members(dealers, "add", Selection("firstName", keys=["Ana"]), by=editor)
    assert names(dealers) == set()


@pytest.mark.parametrize("rule", ["nothing=1", "", "  "])
def test_a_rule_that_cannot_be_read_is_refused_and_means_nobody_least_of_all(dealers, editor, rule):
    change_members(dealers, "add", ids("ana"), by=editor)

    with pytest.raises(RuleError):
        change_members(dealers, "replace", Selection(rule=rule), by=editor)
    assert names(dealers) == {"ana"}


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_a_record_may_not_hold_refuses_the_whole_change(gold, editor, operator, dry_run):
    change_members(gold, "add", ids("ana", "bia"), by=editor)
    for record in current.models()["CL"].objects.filter(tier=None):
        saving.update(record, {"tier": "silver"}, by=operator)
    editing.change_field(Field.objects.get(name="tier"), nullable=False)
    publishing.publish(by=operator)
    before = ChangeSet.objects.count()

    with pytest.raises(InvalidCluster, match="the field “tier” would be refused"):
        change_members(gold, "remove", ids("ana"), by=editor, dry_run=dry_run)
    assert (names(gold), ChangeSet.objects.count()) == ({"ana", "bia"}, before)


def test_who_is_a_member_by_another_case_is_one_here_too(dealers, editor, operator):
    (women,) = creating.create_tiers("gender", values=["F"], by=operator)
    saving.update(current.models()["CL"].objects.get(pk="ana"), {"gender": "f"}, by=operator)
    assert names(women) == {"ana"}

    assert change_members(women, "add", ids("ana"), by=editor).unchanged == 1
    assert change_members(women, "remove", ids("ana"), by=editor).removed == 1
    assert names(women) == set()


@pytest.fixture
def _import_under_way(monkeypatch):
    """Another process holds the entity's lock for as long as anybody waits."""

    @contextmanager
    def held(name, *, waiting):
        assert name == "entity-CL"
        waiting()
        yield

    monkeypatch.setattr(locking, "held", held)


@pytest.mark.usefixtures("_import_under_way")
def test_many_are_refused_while_an_import_is_under_way_and_a_few_are_not(dealers, editor):
    with pytest.raises(InvalidCluster, match="import of these records is under way"):
        change_members(dealers, "add", Selection(rule="email contains example"), by=editor)

    assert change_members(dealers, "add", ids("ana"), by=editor).added == 1


@pytest.mark.usefixtures("_import_under_way")
def test_the_command_waits_for_an_import_and_says_so(dealers, capsys):
    assert said("Dealers", "add", where="email contains example")["added"] == 4
    assert "Waiting for an import of these records to end." in capsys.readouterr().err


def test_the_command_reads_ids_from_a_file_and_says_what_came_of_it(dealers, tmp_path):
    (tmp_path / "ids").write_text("\ufeffana\n\n bia \nnobody\n")

    facts = said("Dealers", "add", "--ids", str(tmp_path / "ids"))

    change_set = ChangeSet.objects.first().pk
    assert facts == {
        "cluster": "Dealers", "added": 2, "removed": 0, "unchanged": 0, "unknown": ["nobody"], "change_set": change_set,
    }  # fmt: skip


def test_the_command_reads_keys_from_standard_input(dealers, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("ana@example.com\ncaio@example.com\n"))

    assert said("Dealers", "replace", "--keys", "email", "-", "--dry-run")["added"] == 2
    assert names(dealers) == set()


def test_the_command_says_which_file_it_cannot_read(dealers):
    with pytest.raises(CommandError, match="nowhere cannot be read"):
        said("Dealers", "add", "--ids", "nowhere")
