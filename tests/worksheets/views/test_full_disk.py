"""A disk that fills up while a worksheet is worked on, in and out: its page and its command say so, and no half file is left."""

import errno
import tempfile
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from crm.records.writing import saving
from crm.worksheets.formats.reading.workbook import process
from crm.worksheets.models import Worksheet, WorksheetState

TEXT = "email;firstName\nana@example.com;Ana\nno address;Bea\n"
FULL = "The disk is full: there is no room for what was to be written."


@pytest.fixture
def full_temporary_folder(monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_args, **_options: open("/dev/full", "r+b"))  # noqa: PTH123, SIM115  # closed by its user


def test_a_rehearsal_without_room_is_told_on_its_page(browse, upload, no_room):
    worksheet = upload(TEXT, key="email")

    with no_room("worksheets_rowerror"):
        browse.get(worksheet.get_absolute_url())
        page = browse.post(worksheet.get_absolute_url(), {**chosen(browse, worksheet), "do": "rehearse"}, follow=True)

    assert (page.status_code, FULL in page.text) == (200, True)
    worksheet.refresh_from_db()
    assert worksheet.state == WorksheetState.UPLOADED


def test_an_import_without_room_is_told_on_its_page_and_can_go_on(browse, upload, no_room, customers):
    worksheet = upload(TEXT, key="email")
    browse.get(worksheet.get_absolute_url())
    browse.post(worksheet.get_absolute_url(), {**chosen(browse, worksheet), "do": "rehearse"})

    with no_room("record_cl"):
        page = browse.post(worksheet.get_absolute_url(), {**chosen(browse, worksheet), "do": "import"}, follow=True)

    worksheet.refresh_from_db()
    assert (page.status_code, worksheet.state, FULL in page.text) == (200, WorksheetState.FAILED, True)
    assert "Nothing was written." in page.text
    assert 'value="go_on"' in page.text


def chosen(browse, worksheet: Worksheet) -> dict:
    form = browse.get(worksheet.get_absolute_url()).context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}


def test_an_export_that_finds_no_room_is_a_page_and_no_broken_file(browse, customers, admin, full_temporary_folder):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)
    browse.raise_request_exception = False

    answer = browse.get("/worksheets/export/CL/file/", {"_format": "xls"})

    assert (answer.status_code, "The disk is full" in answer.text) == (507, True)


def test_an_error_worksheet_without_room_leaves_no_half_file(admin, tmp_path, full_temporary_folder, import_text):
    source, errors = tmp_path / "list.csv", tmp_path / "errors.xls"
    source.write_text(TEXT)

    with pytest.raises(CommandError, match="The disk is full"):
        call_command("import_worksheet", source, "--key", "email", "--errors", errors)

    assert not errors.exists()
    assert Worksheet.objects.get().state == WorksheetState.PARTLY


def test_a_workbook_that_cannot_be_unpacked_for_want_of_room_is_refused_so(monkeypatch):
    def without_room(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(process, "open_book", without_room)

    assert list(process.answers(BytesIO(), {"ask": "look"})) == [{"refused": "no_room", "facts": {}}]
