"""Workbooks of three formats through the same door as text: told by content, sheets chosen, oddities said."""

from pathlib import Path

import pytest

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.workbook_files import SheetInfo
from crm.worksheets.formats.rows import RowProblem

FILES = Path(__file__).parents[1] / "files"
HEADERS = ["text", "zeros", "number", "money", "date", "moment", "clock", "flag", "formula", "wrong", "postal", "note"]
KINDS = ["xlsx", "xls", "ods"]


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    return request.param


@pytest.fixture
def file(kind):
    """The same workbook, saved by LibreOffice in three formats."""
    with (FILES / f"libreoffice.{kind}").open("rb") as opened:
        yield opened


def test_the_format_is_told_by_content_and_the_sheets_are_listed(file, kind):
    form = reader.detect_format(file)

    assert (form.kind, form.sheet, form.header_row) == (kind, "Clientes", 1)
    assert [(sheet.name, sheet.is_hidden) for sheet in form.sheets] == [
        ("Clientes", False),
        ("Escondida", True),
        ("Other", False),
    ]
    assert all(isinstance(sheet, SheetInfo) and sheet.rows for sheet in form.sheets)


def test_cells_keep_what_they_are(file, kind):
    form = reader.detect_format(file)
    notes: list[str] = []

    rows = list(reader.rows_of(file, form, notes))

    flag = "1" if kind == "ods" else "true"  # LibreOffice wrote a number there
    assert reader.header_names(form) == HEADERS
    assert [row.number for row in rows] == [2, 3, 5, 7, 8]
    assert rows[0].cells == [
        "João  da Silva ", "01310", "0.3", "1234.5", "2024-02-29", "2024-02-29T10:30:05", "08:05:00", flag, "2", "#DIV/0!", "01310", "two\nlines",
    ]  # fmt: skip
    assert rows[0].problems == (RowProblem(9, "#DIV/0!", "The cell holds the error #DIV/0! instead of a value."),)
    assert (rows[1].cells[2], rows[2].cells[11], rows[3].cells, rows[4].cells) == (
        "12345678901", "a\tb & <c> \"d\" '=e", ["merged", "00002"], ["", "00003"],
    )  # fmt: skip
    assert notes == [
        "1 hidden row is read as well.",
        "1 range of cells is merged: only the first cell of each has the value, the others are empty.",
        "4 cells hold formulas: the values are those of the last calculation.",
    ]


@pytest.mark.parametrize("stated", ["Other", "other ", "3"])
def test_a_sheet_is_chosen_by_name_or_number(file, stated):
    form = reader.detect_format(file, sheet=stated)

    assert (form.sheet, reader.header_names(form)) == ("Other", ["email"])
    assert [row.cells for row in reader.rows_of(file, form)] == [["a@b.co"]]


def test_an_unknown_sheet_is_refused_with_those_that_are_there(file):
    with pytest.raises(UnreadableWorksheet) as raised:
        reader.detect_format(file, sheet="Clients")

    assert str(raised.value) == "There is no sheet “Clients”. The sheets are: Clientes, Escondida, Other."


def test_a_text_has_no_sheets(tmp_path):
    (tmp_path / "list.csv").write_text("email\na@b.co\n")

    with (tmp_path / "list.csv").open("rb") as file, pytest.raises(UnreadableWorksheet, match="has no sheets"):
        reader.detect_format(file, sheet="One")


# The cells of the last row are in columns that nothing is taken from.
NOTHING = (8, "", "", "The record is entirely empty: fill in at least one field.")


def test_an_error_in_a_column_that_nothing_is_taken_from_refuses_nothing(customers, import_text, file):
    choices = {
        "key": "email",
        "mode": "create",
        "map": {"text": "firstName"},
        "ignore": [name for name in HEADERS if name != "text"],
    }

    found = import_text(file.read(), **choices)

    assert found.counts == {"rows": 5, "created": 4, "errors": 1}
    assert found.errors == [NOTHING]
    assert found.worksheet.counts["notes"][0] == "1 hidden row is read as well."


def test_an_error_in_a_mapped_column_is_that_cell(customers, import_text, file):
    choices = {
        "key": "email",
        "mode": "create",
        "map": {"wrong": "lastName", "text": "firstName"},
        "ignore": [name for name in HEADERS if name not in {"text", "wrong"}],
    }

    found = import_text(file.read(), **choices)

    assert found.errors == [(2, "wrong", "#DIV/0!", "The cell holds the error #DIV/0! instead of a value."), NOTHING]
