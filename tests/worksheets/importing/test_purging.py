"""Uploads, staged rows and refused cells lie no longer than they must."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from crm.jobs import control, scheduling
from crm.jobs.models import Job
from crm.records import undoing
from crm.records.models import ChangeSet, Undo
from crm.records.writing import saving
from crm.worksheets.importing import purging
from crm.worksheets.importing.import_jobs import start_import
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import reviewing

TEXT = "email;firstName\nana@example.com;Ana\nno mail;Bea\n"


@pytest.fixture
def reviewed(upload):
    """A rehearsed worksheet of so many days ago."""

    def made(days: int) -> Worksheet:
        worksheet = upload(TEXT)
        reviewing.begin(worksheet)
        reviewing.rehearse(worksheet, by=None)
        Worksheet.objects.filter(pk=worksheet.pk).update(created_at=timezone.now() - timedelta(days=days))
        worksheet.refresh_from_db()
        return worksheet

    return made


def run_purge() -> dict:
    (job,) = [job for job in scheduling.start_due() if job.kind == purging.KIND]
    return control.run_here(job).result


def has_staged(worksheet: Worksheet) -> bool:
    with connection.cursor() as cursor:
        return worksheet.staging in connection.introspection.table_names(cursor)


def test_what_is_old_is_purged_and_the_rest_stays(reviewed, settings):
    old, new = reviewed(settings.RETAIN_FILES_DAYS + 1), reviewed(settings.RETAIN_FILES_DAYS - 1)
    file = old.file.name

    assert run_purge() == {"purged": 1}

    old.refresh_from_db()
    assert old.purged_at is not None
    assert not default_storage.exists(file)
    assert (has_staged(old), old.row_errors.count()) == (False, 0)
    assert [column["samples"] for column in old.look["columns"]] == [[], []]
    assert (has_staged(new), new.row_errors.count()) == (True, 1)


def test_what_came_of_it_is_still_told(reviewed, admin, settings, client):
    worksheet = reviewed(settings.RETAIN_FILES_DAYS + 1)
    control.run_here(start_import(worksheet, by=admin))
    run_purge()

    client.force_login(admin.user)
    page = client.get(worksheet.get_absolute_url()).text
    assert "1 created." in page and "were deleted on" in page
    assert "1 created." in client.get("/worksheets/").text


def test_a_purged_review_is_over(reviewed, admin, settings, client):
    worksheet = reviewed(settings.RETAIN_FILES_DAYS + 1)
    run_purge()
    client.force_login(admin.user)

    page = client.post(worksheet.get_absolute_url(), {"do": "import"})

    assert page.status_code == 200
    assert "were deleted on" in page.text
    assert not Job.objects.filter(kind="import").exists()


def test_what_is_worked_on_stays(reviewed, admin, settings):
    worksheet = reviewed(settings.RETAIN_FILES_DAYS + 1)
    start_import(worksheet, by=admin)

    assert run_purge() == {"purged": 0}


def test_an_upload_can_be_discarded_at_once(reviewed, admin, client):
    worksheet = reviewed(0)
    file = worksheet.file.name
    client.force_login(admin.user)

    page = client.post(worksheet.get_absolute_url(), {"do": "discard"}, follow=True)

    assert "is deleted; nothing of it was written." in page.text
    assert not Worksheet.objects.exists()
    assert (default_storage.exists(file), has_staged(worksheet)) == (False, False)


def test_an_import_is_not_discarded(import_text, admin, client):
    worksheet = import_text("email\nana@example.com\n", key="email").worksheet
    client.force_login(admin.user)

    client.post(worksheet.get_absolute_url(), {"do": "discard"})

    assert Worksheet.objects.get().state == WorksheetState.DONE


@pytest.mark.parametrize(("days", "listed"), [(-1, True), (1, False)], ids=["new", "old"])
def test_the_list_of_what_an_undo_kept_goes_too_and_the_counts_stay(
    days, listed, import_text, admin, customers, settings, client
):
    worksheet = import_text("email;firstName\nana@example.com;Ana\n", key="email").worksheet
    saving.update(customers.objects.get(), {"firstName": "Anna"}, by=admin)
    undo = undoing.open_undo(ChangeSet.objects.get(pk=worksheet.change_set), by=admin)
    undoing.rehearse(undo)
    Undo.objects.update(created_at=timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS + days))

    run_purge()

    client.force_login(admin.user)
    page = client.get(undo.get_absolute_url()).text
    assert undo.kept.exists() is listed
    assert ("was listed here for some days" in page) is not listed
    assert "Changed since by Ada" in page
