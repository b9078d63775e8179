"""Numbers that count up and who wrote: by form, worksheet and undo; what people send is ignored."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records import undoing
from crm.records.errors import InvalidRecord
from crm.records.history.events import events_of
from crm.records.models import ChangeSet, RecordChange
from crm.records.undoing.single_changes import undoable_changes
from crm.records.writing import restoring, saving
from crm.records.writing.attachments import FileChange
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.worksheets.exporting import before_image
from crm.worksheets.exporting.columns import all_fields, columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.formats.writing import FORMATS


@pytest.fixture
def orders(define):
    return define(
        code=FieldDefinition("code", "Varchar 50", unique=True),
        number=FieldDefinition("number", "Auto Increment"),
        madeBy=FieldDefinition("madeBy", "User Login", options={"when": "created"}),
        changedBy=FieldDefinition("changedBy", "User Login"),
    )


@pytest.fixture
def bob(db) -> Actor:
    return Actor(User.objects.create(email="bob@example.com", name="Bob", role=Role.EDITOR), "page")


def filled(orders) -> dict[str, int | None]:
    return dict(orders.objects.order_by("code").values_list("code", "number"))


def test_records_are_numbered_one_after_the_other_and_never_twice(orders, admin):
    first = saving.create(orders, {"code": "A"}, by=admin)
    second = saving.create(orders, {"code": "B"}, by=admin)
    saving.delete(second, by=admin)
    third = saving.create(orders, {"code": "C"}, by=admin)

    assert (first.number, second.number, third.number) == (1, 2, 3)

    restoring.restore(orders, second.pk, by=admin)
    assert filled(orders) == {"A": 1, "B": 2, "C": 3}


def test_a_worksheet_numbers_its_new_records_in_their_order(orders, admin, import_text):
    saving.create(orders, {"code": "B"}, by=admin)

    came = import_text("code,number\nA,77\nB,78\nC,\nD,x\n", entity="PT", key="code")

    assert came.counts == {"rows": 4, "created": 3, "unchanged": 1}
    assert came.worksheet.counts["ignored_columns"] == ["number"]
    assert filled(orders) == {"A": 2, "B": 1, "C": 3, "D": 4}
    assert saving.create(orders, {"code": "E"}, by=admin).number == 5


def test_nobody_writes_them(orders, admin):
    for name, value in {"number": 5, "madeBy": "x", "changedBy": "x"}.items():
        with pytest.raises(InvalidRecord) as refusal:
            saving.create(orders, {name: value}, by=admin)
        assert refusal.value.errors == {name: "This field is read-only."}


def test_who_makes_and_who_changes_is_told(orders, admin, bob):
    record = saving.create(orders, {"code": "A"}, by=admin)
    saving.update(record, {"code": "B"}, by=bob)
    saving.update(record, {"code": "B"}, by=admin)

    record.refresh_from_db()
    assert (record.madeBy, record.changedBy) == (str(admin.user.pk), str(bob.user.pk))
    assert RecordChange.objects.get(kind="u").before == {"code": "A", "changedBy": str(admin.user.pk)}


def test_a_worksheet_tells_who_uploaded_it(orders, admin, bob, import_text):
    saving.create(orders, {"code": "A"}, by=bob, record_id="a")
    saving.create(orders, {"code": "B"}, by=bob, record_id="b")

    import_text("id,code\na,AA\nb,B\n,C\n", entity="PT", empty_key="create")

    by, me = str(bob.user.pk), str(admin.user.pk)
    assert set(orders.objects.values_list("code", "madeBy", "changedBy")) == {("AA", by, me), ("B", by, by), ("C", me, me)}


def people_in_history(orders, record_id: str, people: dict[str | None, str]) -> list[tuple[str, str, str | None, str | None]]:
    """Kind, field, before and after of each change of a person, newest first."""
    return [
        (event.change.kind, field.field, people[field.before], people[field.after])
        for event in events_of(orders, record_id)
        for field in event.fields
        if field.field.endswith("By")
    ]


@pytest.fixture
def people(admin, bob) -> dict[str | None, str]:
    return {str(admin.user.pk): "Ada", str(bob.user.pk): "Bob", None: ""}


def test_the_history_says_who_changed_it_before(orders, admin, bob, import_text, people):
    record = saving.create(orders, {"code": "A"}, by=bob)
    import_text(f"id,code\n{record.pk},AA\n", entity="PT")
    saving.update(record, {"code": "AAA"}, by=admin)
    saving.update(record, {"code": "AAAA"}, by=bob)

    assert people_in_history(orders, record.pk, people) == [
        ("u", "changedBy", "Ada", "Bob"),
        ("u", "changedBy", "Bob", "Ada"),
        ("c", "madeBy", "", "Bob"),
        ("c", "changedBy", "", "Bob"),
    ]


def test_an_undo_is_a_change_by_whoever_undoes(orders, admin, bob, people):
    record = saving.create(orders, {"code": "A"}, by=admin)
    saving.update(record, {"code": "B"}, by=bob)
    undo = undoing.open_undo(ChangeSet.objects.latest("id"), by=admin)

    counts = undoing.run(undo, by=admin)

    record.refresh_from_db()
    assert (record.code, record.changedBy) == ("A", str(admin.user.pk))
    assert (counts, undo.kept.count()) == (undoing.UndoCounts(restored=1, values_restored=1), 0)
    assert people_in_history(orders, record.pk, people)[0] == ("u", "changedBy", "Bob", "Ada")


def test_who_changed_it_later_is_in_the_way_of_no_undo(orders, admin, bob):
    record = saving.create(orders, {"code": "A"}, by=admin)
    made = ChangeSet.objects.latest("id")
    saving.update(record, {"code": "B"}, by=bob)
    change = ChangeSet.objects.latest("id")
    undoing.run(undoing.open_undo(change, by=bob), by=bob)

    offered = undoable_changes(events_of(orders, record.pk), orders.entity)

    assert made.changes.get().pk in offered
    assert undoing.run(undoing.open_undo(made, by=admin), by=admin) == undoing.UndoCounts(removed=1)
    assert not orders.objects.exists()


def test_what_another_changed_since_is_kept_though_the_person_differs(orders, admin, bob):
    record = saving.create(orders, {"code": "A"}, by=admin)
    saving.update(record, {"code": "B"}, by=bob)
    change = ChangeSet.objects.latest("id")
    saving.update(record, {"code": "C"}, by=bob)
    undo = undoing.open_undo(change, by=admin)

    assert undoing.run(undo, by=admin) == undoing.UndoCounts(kept=1, values_kept=1)
    assert list(undo.kept.values_list("field", flat=True)) == ["code"]
    assert change.changes.get().pk not in undoable_changes(events_of(orders, record.pk), orders.entity)


def test_an_undo_goes_on_where_the_field_of_the_person_is_hidden_since(orders, admin, bob):
    record = saving.create(orders, {"code": "A"}, by=admin)
    saving.update(record, {"code": "B"}, by=bob)
    change = ChangeSet.objects.latest("id")
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="changedBy"))
    publishing.publish(by=admin)
    undo = undoing.open_undo(change, by=admin)

    assert undoing.run(undo, by=admin) == undoing.UndoCounts(restored=1, values_restored=1)
    assert not undo.kept.exists()


def test_a_restored_record_says_who_changed_it_before(orders, admin, bob):
    record = saving.create(orders, {"code": "A"}, by=admin)
    saving.update(record, {"code": "B"}, by=bob)
    saving.delete(record, by=admin)

    restored, _count = restoring.restore(orders, record.pk, by=admin)

    assert (restored.madeBy, restored.changedBy) == (str(admin.user.pk), str(bob.user.pk))


def test_the_worksheet_of_what_was_before_holds_what_an_import_restores(orders, admin, bob, import_text):
    record = saving.create(orders, {"code": "A"}, by=bob)
    came = import_text(f"id,code\n{record.pk},AA\n", entity="PT")

    fields = before_image.fields_of(ChangeSet.objects.get(pk=came.worksheet.change_set), orders.entity, admin)

    assert [field.name for field in fields] == ["code"]


def test_the_operator_is_nobody(orders):
    record = saving.create(orders, {"code": "A"}, by=Actor.operator())

    assert (record.madeBy, record.changedBy, record.number) == (None, None, 1)


def test_r09_what_the_system_fills_goes_out_and_is_ignored_on_the_way_in(define, admin, import_text):
    parts = define(code="Varchar 50", scan="File", tag="Score2", number="Auto Increment", by="User Login")
    name, key = "=1+1.pdf", "=Ação"
    saving.create(parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((SimpleUploadedFile(name, b"x"),))})
    score = {"DisplayValue": key, "Scores": {key: []}}
    parts.objects.update(tag=score)
    before = list(parts.objects.values())

    export = Export(parts.objects.order_by("id"), columns_of(parts, all_fields(parts.entity)))
    text = b"".join(ExportStream(export, FORMATS["csv"])).decode()
    came = import_text(text, entity="PT")

    cells = dict(zip(*csv.reader(io.StringIO(text)), strict=True))
    assert (cells["scan"], cells["number"], cells["by"]) == (f"'{name}", "1", str(admin.user.pk))
    assert json.loads(cells["tag"]) == score
    assert came.counts == {"rows": 1, "unchanged": 1}
    assert came.worksheet.counts["ignored_columns"] == ["scan", "tag", "number", "by"]
    assert list(parts.objects.values()) == before
