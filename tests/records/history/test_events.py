from crm.people.actors import Actor
from crm.records.history.events import FieldChange, events_of
from crm.records.history.partitions import ensure_partitions
from crm.records.models import ChangeSet
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


def test_r53_every_change_names_who_and_by_which_channel(customers, admin, operator, browse):
    by = {
        "page": admin,
        "command": operator,
        "worksheet": Actor(admin.user, "worksheet", "42"),
        "job": Actor(admin.user, "job", "7"),
    }
    for place, (channel, actor) in enumerate(by.items()):
        saving.create(customers, {"firstName": channel}, by=actor, record_id=f"r{place}")

    written = {found.channel: (found.user_name, found.reference) for found in ChangeSet.objects.filter(entity="CL")}
    told = [browse.get(f"/crm/CL/r{place}/history/").text for place in range(len(by))]

    assert written == {"page": ("Ada", ""), "command": ("operator", ""), "worksheet": ("Ada", "42"), "job": ("Ada", "7")}
    assert [text.count("by Ada") for text in told] == [1, 0, 1, 1]
    assert "by operator, by command" in " ".join(told[1].split())
    assert "by a command" not in told[1]
