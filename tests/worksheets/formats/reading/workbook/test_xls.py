"""Rows of xls workbooks, written by two programs."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from crm.worksheets.formats.reading.workbook.opening import open_book
from crm.worksheets.formats.reading.workbook.records import Texts
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, Refused

MADE_BY_LIBREOFFICE = Path(__file__).parents[2] / "files" / "libreoffice.xls"


def saved(book: xlwt.Workbook) -> io.BytesIO:
    target = io.BytesIO()
    book.save(target)
    return target


def written(cells: list[object], *, is_1904: bool = False) -> io.BytesIO:
    """A workbook of one row; a pair is a number and its format."""
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("One")
    for column, cell in enumerate(cells):
        value, code = cell if isinstance(cell, tuple) else (cell, "General")
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    return saved(book)


def only_line(file: io.BytesIO):
    book = open_book(file)
    return next(book.lines(book.sheets[0]))


def test_values_of_every_type():
    cells = [
        "é𝒳", 7, 0.1 + 0.2, -2.5, 1.25, 12345678901, True, False, (date(2024, 2, 29), "yyyy-mm-dd"), (datetime(2024, 2, 29, 10, 30, 5), "yyyy-mm-dd hh:mm:ss"),
        (1310, "00000"), (0.4375, "hh:mm"), (1.5, "[h]:mm"),
    ]  # fmt: skip

    assert only_line(written(cells)).cells == [
        "é𝒳", "7", "0.3", "-2.5", "1.25", "12345678901", "true", "false", "2024-02-29", "2024-02-29T10:30:05", "01310", "10:30:00", "36:00:00",
    ]  # fmt: skip


def test_days_of_a_workbook_that_counts_from_1904():
    assert only_line(written([(0, "yyyy-mm-dd"), (43889, "yyyy-mm-dd")], is_1904=True)).cells == ["1904-01-01", "2024-02-29"]


def test_errors_and_days_that_never_were():
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    sheet.row(0).set_cell_error(1, 0x2A)
    sheet.write(0, 3, 60, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    line = only_line(saved(book))

    assert (line.cells, line.flaws) == (
        ["", "#N/A", "", "1900-02-29"],
        [Flaw(1, "#N/A", "error"), Flaw(3, "1900-02-29", "no_day")],
    )


def test_the_far_corner_costs_nothing():
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    sheet.write(65535, 255, "x")

    line = only_line(saved(book))

    assert (line.number, len(line.cells), line.cells[-1]) == (65536, 256, "x")


def test_sheets_of_a_book_made_by_another_program():
    with MADE_BY_LIBREOFFICE.open("rb") as file:
        book = open_book(file)
        found = [(sheet.name, sheet.is_hidden) for sheet in book.sheets]
        lines = [(line.number, line.cells[0]) for line in book.lines(book.sheets[0])]

    assert found == [("Clientes", False), ("Escondida", True), ("Other", False)]
    assert lines == [(1, "text"), (2, "João  da Silva "), (3, "hidden row"), (5, "after a blank row"), (7, "merged"), (8, "")]
    assert (book.noticed.hidden_rows, book.noticed.merged) == (1, 1)


@given(st.lists(st.text(st.characters(codec="utf-16", exclude_categories=["Cs"]), max_size=3000), max_size=12))
def test_texts_that_lie_across_records_are_whole(wanted):
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    for row, text in enumerate(wanted):
        sheet.write(row, 0, text)

    opened = open_book(saved(book))

    found = {line.number: line.cells[0] for line in opened.lines(opened.sheets[0])}
    assert {row: found.get(row, "") for row in range(1, len(wanted) + 1)} == dict(enumerate(wanted, start=1))


def test_a_text_may_change_its_width_from_record_to_record():
    pieces = [b"\x06\x00\x00ab", b"\x01c\x00d\x00", b"\x00ef"]

    assert Texts(pieces).text() == "abcdef"


@pytest.mark.parametrize(
    ("stream", "code"), [("Book", "old"), ("EncryptedPackage", "encrypted"), ("WordDocument", "no_worksheet")]
)
def test_other_files_of_that_family_are_named(stream, code):
    content = saved_with_stream(stream)

    with pytest.raises(Refused) as raised:
        open_book(content)
    assert raised.value.code == code


def saved_with_stream(name: str) -> io.BytesIO:
    """A workbook whose one stream is called otherwise."""
    raw = written(["x"]).getvalue()
    old = "Workbook".encode("utf-16-le")
    at = raw.index(old)
    new = name.encode("utf-16-le")
    entry = bytearray(raw)
    entry[at : at + 64] = new.ljust(64, b"\0")
    entry[at + 64 : at + 66] = (len(new) + 2).to_bytes(2, "little")
    return io.BytesIO(bytes(entry))
