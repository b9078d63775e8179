"""One change of one record, taken back from its history."""

import re

from crm.records import undoing
from crm.records.history.events import events_of
from crm.records.models import ChangeSet, RecordChange
from crm.records.undoing.single_changes import undoable_changes
from crm.records.writing import saving


def history(browse, record_id: str) -> str:
    page = browse.get(f"/crm/CL/{record_id}/history/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def undo_change(browse, record_id: str, change: RecordChange) -> str:
    page = browse.post(f"/crm/CL/{record_id}/history/undo/", {"change": change.pk}, follow=True).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def newest() -> RecordChange:
    return RecordChange.objects.order_by("-id").first()


def test_a_save_is_taken_back_from_the_history(browse, customers, admin, ana):
    saving.update(ana, {"firstName": "Anna"}, by=admin)

    assert "Undone." in undo_change(browse, ana.pk, newest())
    assert customers.objects.get().firstName == "Ana"


def test_a_change_by_a_worksheet_is_taken_back_of_this_record_alone(browse, write, customers, admin, ana):
    eva = saving.create(customers, {"email": "eva@example.com"}, by=admin)
    write("email firstName", ["ana@example.com", "X"], ["eva@example.com", "X"])

    undo_change(browse, ana.pk, RecordChange.objects.filter(record_id=ana.pk).last())

    assert dict(customers.objects.values_list("pk", "firstName")) == {ana.pk: "Ana", eva.pk: "X"}


def test_what_was_changed_since_is_told(browse, customers, admin, ana):
    saving.update(ana, {"firstName": "Anna"}, by=admin)
    first = newest()
    saving.update(ana, {"firstName": "Annie"}, by=admin)

    assert "Kept as it is: First name Changed since by Ada, on a page" in undo_change(browse, ana.pk, first)
    assert customers.objects.get().firstName == "Annie"


def test_another_records_change_is_not_found(browse, customers, admin, ana):
    other = saving.create(customers, {"email": "eva@example.com"}, by=admin)

    assert browse.post(f"/crm/CL/{other.pk}/history/undo/", {"change": RecordChange.objects.first().pk}).status_code == 404
    assert browse.post(f"/crm/CL/{other.pk}/history/undo/", {"change": "x"}).status_code == 404


def test_exactly_what_the_database_would_take_back_is_offered(customers, admin, write, ana):
    a = write("email firstName lastName", ["ana@example.com", "A", "A"])
    b = write("email firstName", ["ana@example.com", "B"])
    undo = undoing.open_undo(b, by=admin)
    undoing.run(undo, by=admin)
    saving.update(ana, {"lastName": "C"}, by=admin)

    offered = undoable_changes(events_of(customers, ana.pk), customers.entity)

    acts = RecordChange.objects.filter(pk__in=offered).values_list("change_set", flat=True)
    assert set(acts) == {a.pk, undo.change_set_id, ChangeSet.objects.first().pk}
    assert [undoing.rehearse(undoing.open_undo(act, by=admin)).records for act in ChangeSet.objects.order_by("pk")] == [
        0,
        1,
        0,
        1,
        1,
    ]


def test_restoring_a_deleted_record_takes_its_deletion_back(browse, customers, admin, write, ana):
    act = write("email firstName", ["ana@example.com", "Anna"])
    saving.delete(ana, by=admin)
    browse.post(f"/crm/CL/{ana.pk}/restore/")

    undoing.run(undoing.open_undo(act, by=admin), by=admin)

    assert customers.objects.get().firstName == "Ana"


def test_history_names_the_worksheet_and_its_row(browse, customers, write, ana):
    act = write("email firstName", ["ana@example.com", "Anna"])
    ChangeSet.objects.filter(pk=act.pk).update(channel="worksheet", reference="42")

    page = browse.get(f"/crm/CL/{ana.pk}/history/").content.decode()

    assert '<a href="/worksheets/42/">imported by #42, row 2</a>' in page


def test_history_names_what_was_undone_and_redone(browse, customers, admin, write, ana):
    act = write("email firstName", ["ana@example.com", "Anna"])
    ChangeSet.objects.filter(pk=act.pk).update(channel="worksheet", reference="42", summary="list.csv")
    undo = undoing.open_undo(ChangeSet.objects.get(pk=act.pk), by=admin)
    undoing.run(undo, by=admin)
    undoing.run(undoing.open_undo(undo.change_set, by=admin), by=admin)

    page = history(browse, ana.pk)

    assert "by redoing #42 list.csv" in page
    assert "by undoing #42 list.csv" in page
