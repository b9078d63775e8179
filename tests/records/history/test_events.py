from crm.records.history.events import FieldChange, events_of
from crm.records.history.partitions import ensure_partitions
from crm.records.writing import restoring, saving


def test_history_tells_before_and_after_newest_first(customers, admin):
    record = saving.create(customers, {"firstName": "Ana"}, by=admin)
    saving.update(record, {"firstName": "Bea", "birthDate": "1990-07-31"}, by=admin)
    saving.update(record, {"firstName": "Cai"}, by=admin)

    events = events_of(customers, record.pk)

    assert [event.change.kind for event in events] == ["u", "u", "c"]
    assert events[0].fields == (FieldChange("firstName", "Bea", "Cai"),)
    assert set(events[1].fields) == {
        FieldChange("firstName", "Ana", "Bea"),
        FieldChange("birthDate", None, "1990-07-31"),
        FieldChange("birthDateMonth", None, 7),
    }
    assert FieldChange("firstName", None, "Ana") in events[2].fields


def test_a_deleted_and_restored_record_keeps_its_history(customers, admin):
    record = saving.create(customers, {"firstName": "Ana"}, by=admin)
    saving.delete(record, by=admin)
    assert [event.change.kind for event in events_of(customers, record.pk)] == ["d", "c"]

    restoring.restore(customers, record.pk, by=admin)

    events = events_of(customers, record.pk)
    assert [event.change.kind for event in events] == ["c", "d", "c"]
    assert FieldChange("firstName", None, "Ana") in events[2].fields


def test_partitions_of_the_coming_months_are_there_already(db):
    assert ensure_partitions() == []
