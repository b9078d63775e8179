"""An import whose process is killed at any of its steps: what is there in the end is what an undisturbed one leaves."""

from typing import Any

import pytest

from crm.jobs import executing
from crm.jobs.models import Job, JobState
from crm.people.models import AuditEvent
from crm.records import bulk
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.worksheets.importing import applying, auditing, import_jobs, rehearsing
from tests.worksheets.importing.killing import go_on, run_killed

TEXT = "email,userId,firstName\n" + "".join(
    f"{email},{code},New\n" for email, code in [("c0@example.com", "u1"), ("c1@example.com", "u0"), ("none", "u2")]
    + [(f"c{number}@example.com", f"u{number}") for number in range(2, 8)]
)  # fmt: skip
STEPS = {
    "rehearse": (rehearsing, "rehearse"),
    "open the change-set": (applying, "open_change_set"),
    "begin": (applying, "_change_set"),
    "write": (bulk, "apply_chunk"),
    "tidy": (bulk, "tidy"),
    "finish": (applying, "_finish"),
    "record": (auditing, "record_event"),
    "drop": (bulk, "drop_staging"),
    "release": (executing, "release"),
}
EXPECTED = {
    "state": "partly",
    "counts": {"rows": 9, "created": 4, "updated": 4, "unchanged": 0, "skipped": 0, "errors": 1},
    "refused": [4],
    "history": 8,
    "acts": 1,
    "recorded": 1,
    "staged": False,
    "job": JobState.DONE,
}


def outcome(worksheet) -> dict[str, Any]:
    worksheet.refresh_from_db()
    return {
        "state": worksheet.state,
        "counts": {name: worksheet.counts[name] for name in EXPECTED["counts"]},
        "refused": list(worksheet.row_errors.values_list("row", flat=True)),
        "history": RecordChange.objects.filter(change_set=worksheet.change_set).count(),
        "acts": ChangeSet.objects.filter(channel="worksheet").count(),
        "recorded": AuditEvent.objects.filter(verb="import").count(),
        "staged": rehearsing.is_staged(worksheet),
        "job": Job.objects.get(kind="import").state,
    }


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_import_ends_as_an_undisturbed_one(upload, customers, admin, settings, monkeypatch, step, is_before):
    settings.IMPORT_CHUNK_ROWS = 2
    for number in range(4):
        values = {"email": f"c{number}@example.com", "userId": f"u{number}", "firstName": "Old"}
        saving.create(customers, values, by=admin)
    worksheet = upload(TEXT, key="email")
    job = import_jobs.prepare_import(worksheet, by=admin)
    run_killed(job, *STEPS[step], is_before=is_before, monkeypatch=monkeypatch)

    go_on(job)

    assert outcome(worksheet) == EXPECTED
    codes = dict(customers.objects.values_list("email", "userId"))
    assert codes == {"c0@example.com": "u1", "c1@example.com": "u0"} | {f"c{n}@example.com": f"u{n}" for n in range(2, 8)}


def test_what_people_write_after_its_end_changes_nothing_in_the_report_of_an_import(upload, customers, admin, monkeypatch):
    worksheet = upload("email,firstName\na@example.com,New\n", key="email")
    job = import_jobs.prepare_import(worksheet, by=admin)
    run_killed(job, executing, "release", is_before=True, monkeypatch=monkeypatch)
    saving.update(customers.objects.get(), {"firstName": "By hand"}, by=admin)

    go_on(job)

    worksheet.refresh_from_db()
    assert (worksheet.state, worksheet.counts["created"]) == ("done", 1)
    assert customers.objects.get().firstName == "By hand"
