"""A prepared import: the stored format of the review serves, and the file is read only where there is none."""

import pytest

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.review import reviewing

TEXT = "Customers\n\nemail;Nome\n\nana@example.com;Ana\n"


@pytest.fixture
def reviewed(upload):
    worksheet = upload(TEXT.replace("\n", "\r\r\n"))
    reviewing.begin(worksheet)
    return worksheet


def test_the_stored_format_is_the_one_that_was_found(reviewed):
    with reviewed.file.open("rb") as file:
        found = reader.detect_format(file)

    stored = prepare(reviewed).format

    assert (stored.text, stored.header_row, stored.kind) == (found.text, found.header_row, "csv")
    assert stored.text.has_doubled_ends


def test_a_reviewed_worksheet_is_prepared_without_its_file_and_read_by_its_stored_format(reviewed, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("The file was searched for its format.")

    monkeypatch.setattr(reader, "detect_format", refuse)

    prepared = prepare(reviewed)

    assert (prepared.plan.headers, prepared.plan.names) == (["email", "Nome"], ("email", "firstName"))
    assert [row.cells for row in prepared.rows()] == [["ana@example.com", "Ana"]]


def test_a_format_that_a_former_release_stored_is_found_again(reviewed):
    forget(reviewed)

    assert prepare(reviewed).format.text.has_doubled_ends


def test_its_pages_need_no_file_even_then(reviewed):
    forget(reviewed)
    reviewed.file.storage.delete(reviewed.file.name)

    assert prepare(reviewed).plan.headers == ["email", "Nome"]


def forget(worksheet):
    """As a former release stored it."""
    for name in ("is_clean", "has_doubled_ends"):
        del worksheet.look["format"][name]


def test_without_a_review_the_file_is_needed(upload):
    worksheet = upload("email\nana@example.com\n", key="email")
    worksheet.file.storage.delete(worksheet.file.name)

    with pytest.raises(UnreadableWorksheet):
        prepare(worksheet)
