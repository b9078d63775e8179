"""The list of all imports and exports: who, when, which file, what came of it."""

import pytest

from crm.jobs import control
from crm.jobs.models import Job, JobState
from crm.people.auditing import record_event
from crm.people.models import Role, User
from crm.records import undoing
from crm.records.models import ChangeSet, Undo
from crm.worksheets.importing import applying
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import summaries


@pytest.mark.parametrize(
    ("state", "counts", "level", "said"),
    [
        (WorksheetState.UPLOADED, {}, "info", "Waits to be rehearsed."),
        (WorksheetState.REHEARSED, {}, "info", "Rehearsed; nothing is written yet."),
        (WorksheetState.INTERRUPTED, {}, "info", "Interrupted; goes on when a worker is free."),
        (WorksheetState.DONE, {"created": 8016, "updated": 12}, "success", "8,016 created, 12 updated."),
        (WorksheetState.DONE, {"unchanged": 3}, "success", "3 unchanged."),
        (WorksheetState.DONE, {}, "success", "Nothing changed."),
        (WorksheetState.PARTLY, {"created": 1, "errors": 1}, "warning", "1 created. 1 row was refused."),
        (WorksheetState.FAILED, {}, "error", "Failed. Disk full. Nothing was written."),
        (
            WorksheetState.FAILED,
            {"done": {"created": 5000}},
            "error",
            "Failed. Disk full. 5,000 changes were written before and stay.",
        ),
        (
            WorksheetState.CANCELLED,
            {"done": {"updated": 1}},
            "warning",
            "Stopped. Disk full. 1 change was written before and stays.",
        ),
    ],
)
def test_r11_the_state_tells_the_truth(db, state, counts, level, said):
    worksheet = Worksheet(
        state=state, counts=counts, problem="Disk full." if state in {WorksheetState.FAILED, WorksheetState.CANCELLED} else ""
    )

    assert summaries.status_message(worksheet, None) == summaries.StatusMessage(level, said)


@pytest.mark.parametrize(("state", "said"), [(JobState.RUNNING, "Is being imported."), (JobState.QUEUED, "Waits for a worker.")])
def test_r11_what_runs_is_told_from_its_job(db, state, said):
    assert summaries.status_message(Worksheet(state=WorksheetState.RUNNING), Job(state=state)).text == said


def test_the_list_names_file_person_and_outcome(browse, import_text):
    import_text("email\nana@example.com\nno mail\n", key="email")

    page = browse.get("/worksheets/").text

    for told in ("list.csv", "Ada", "1 created. 1 row was refused."):
        assert told in page


def test_exports_are_listed_for_whoever_may_export(browse, admin, db):
    record_event(admin, "export", subject="CL", details={"rows": 8016, "fields": ["id", "email"], "format": "xlsx"})

    assert "Last exports" in browse.get("/worksheets/").text

    browse.force_login(User.objects.create(email="ed@example.com", role=Role.EDITOR))
    assert "Last exports" not in browse.get("/worksheets/").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_however_long_it_is(browse, upload, rows, django_assert_max_num_queries):
    for _row in range(rows):
        upload("email\nana@example.com\n")
    browse.get("/worksheets/")

    with django_assert_max_num_queries(12):
        browse.get("/worksheets/")


def test_r04_a_failure_is_shown_wherever_the_import_is_looked_for(browse, admin, upload, monkeypatch):
    worksheet = upload("email;firstName\nana@example.com;Ana\n", key="email")
    monkeypatch.setattr(applying, "apply", lambda *_about, **_more: (_ for _ in ()).throw(OSError("The disk is full.")))
    with pytest.raises(OSError, match="disk"):
        control.run_here(prepare_import(worksheet, by=admin))

    pages = {address: browse.get(address).text for address in ("/worksheets/", f"/worksheets/{worksheet.number}/", "/jobs/")}

    assert all("The disk is full." in page for page in pages.values())
    assert "Nothing was written." in pages["/worksheets/"]


def test_an_import_that_is_undone_says_so_until_it_is_redone(browse, admin, import_text):
    worksheet = import_text("email;firstName\nana@example.com;Ana\n", key="email").worksheet
    import_text("email;firstName\nbea@example.com;Bea\n", key="email")
    pages = ("/worksheets/", worksheet.get_absolute_url())
    wrote = ChangeSet.objects.get(pk=worksheet.change_set)

    undo = undoing.open_undo(wrote, by=admin)
    undoing.run(undo, by=admin)
    Undo.objects.filter(pk=undo.pk).update(state=Undo.State.DONE)
    shown = [browse.get(page).text.count(f'href="{undo.get_absolute_url()}"') for page in pages]
    assert shown == [1, 2]
    assert "This import was undone." in browse.get(pages[1]).text

    undo.refresh_from_db()
    undoing.run(undoing.open_undo(undo.change_set, by=admin), by=admin)
    assert "This import was undone." not in browse.get(pages[1]).text
    assert "Undone</a>" not in browse.get(pages[0]).text


def test_worksheets_of_an_entity_that_is_gone_are_still_listed(browse, upload):
    Worksheet.objects.filter(pk=upload("email\n").pk).update(entity="XX")

    assert ">XX</td>" in browse.get("/worksheets/").text
