"""An undo whose process is killed at any of its steps: what is there in the end is what an undisturbed one leaves."""

from typing import Any

import pytest

from crm.jobs import executing
from crm.jobs.models import Job, JobState
from crm.people.models import AuditEvent
from crm.records import bulk, undoing
from crm.records.models import ChangeSet, RecordChange, Undo
from crm.records.undoing import applying, staging
from crm.records.undoing import running as undo_running
from crm.records.writing import saving
from crm.worksheets.importing import undo_jobs
from tests.worksheets.importing.killing import go_on, run_killed

STEPS = {
    "stage": (staging, "stage"),
    "look ahead": (undo_running, "look_ahead"),
    "mark as ready": (staging, "mark_ready"),
    "open the change-set": (undo_running, "open_change_set"),
    "exchange values": (undo_running, "put_back_together"),
    "restore": (applying, "_restore"),
    "list what is kept": (applying, "store_kept"),
    "remove": (applying, "_remove"),
    "tidy": (bulk, "tidy"),
    "drop": (staging, "drop"),
    "store": (undo_running, "_store"),
    "record": (undo_running, "record_event"),
    "release": (executing, "release"),
}


@pytest.fixture
def undone_import(import_text, customers, admin, settings):
    """An import that changed, exchanged and created; one value was written since, and one new record."""
    settings.IMPORT_CHUNK_ROWS = 2
    for number in range(5):
        saving.create(customers, {"email": f"c{number}@example.com", "userId": f"u{number}", "firstName": "Old"}, by=admin)
    rows = [(0, 1, "New"), (1, 0, "New"), *((number, number, "New") for number in range(2, 9))]
    lines = [f"c{number}@example.com,u{code},{name}" for number, code, name in rows]
    worksheet = import_text("\n".join(["email,userId,firstName", *lines, ""]), key="email").worksheet
    for number in (2, 6):
        saving.update(customers.objects.get(email=f"c{number}@example.com"), {"firstName": "By hand"}, by=admin)
    return worksheet


def outcome(worksheet, customers) -> dict[str, Any]:
    undo = Undo.objects.get(target=worksheet.change_set)
    changes = RecordChange.objects.filter(change_set=undo.change_set).order_by("record_id")
    return {
        "state": undo.state,
        "counts": undo.counts,
        "because": undo.because,
        "kept": list(undo.kept.order_by("record_id", "field").values_list("record_id", "field", "reason", "other")),
        "history": [(change.record_id, change.kind, change.before.get("firstName")) for change in changes],
        "records": list(customers.objects.order_by("email").values_list("email", "userId", "firstName")),
        "acts": ChangeSet.objects.filter(channel="undo").count(),
        "recorded": AuditEvent.objects.filter(verb="undo").count(),
        "job": Job.objects.get(kind="undo").state,
    }


EXPECTED = {
    "state": "done",
    "counts": {"records": {"restored": 4, "removed": 3, "kept": 2}, "values": {"restored": 6, "kept": 1}},
    "records": [
        ("c0@example.com", "u0", "Old"), ("c1@example.com", "u1", "Old"), ("c2@example.com", "u2", "By hand"),
        ("c3@example.com", "u3", "Old"), ("c4@example.com", "u4", "Old"), ("c6@example.com", "u6", "By hand"),
    ],
    "acts": 1,
    "recorded": 1,
    "job": JobState.DONE,
}  # fmt: skip


def prepared_undo(worksheet, admin) -> Job:
    return undo_jobs.prepare_undo(undoing.open_undo(undo_jobs.change_set_of(worksheet), by=admin), by=admin)


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_undo_ends_as_an_undisturbed_one(undone_import, customers, admin, monkeypatch, step, is_before):
    job = prepared_undo(undone_import, admin)
    run_killed(job, *STEPS[step], is_before=is_before, monkeypatch=monkeypatch)

    go_on(job)

    found = outcome(undone_import, customers)
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert [one[2] for one in found["kept"]] == ["changed", "changed"]
    assert len(found["history"]) == len({record for record, _kind, _before in found["history"]}) == 7
