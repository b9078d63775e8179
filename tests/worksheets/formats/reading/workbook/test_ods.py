"""Rows of ods documents, usual and unusual."""

import io

import pytest

from crm.worksheets.formats.reading.workbook.opening import open_book
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, Refused


def table(rows: str, attributes: str = 'table:name="One"') -> str:
    return f"<table:table {attributes}>{rows}</table:table>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(attributes: str = "", content: str = "") -> str:
    return f"<table:table-cell {attributes}>{content}</table:table-cell>" if content else f"<table:table-cell {attributes}/>"


def text(content: str) -> str:
    return cell('office:value-type="string"', f"<text:p>{content}</text:p>")


def number(value: str, shown: str = "") -> str:
    return cell(f'office:value-type="float" office:value="{value}"', f"<text:p>{shown or value}</text:p>")


def lines(file: io.BytesIO, sheet: int = 0) -> list[tuple[int, list[str]]]:
    book = open_book(file)
    return [(line.number, line.cells) for line in book.lines(book.sheets[sheet])]


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(Refused) as raised:
        lines(file)
    return raised.value.code


def test_values_of_every_type(ods):
    cells = [
        text("a &amp; b"), number("1.50", "1,5"), cell('office:value-type="percentage" office:value="0.5"', "<text:p>50%</text:p>"),
        cell('office:value-type="date" office:date-value="2024-02-29"'), cell('office:value-type="date" office:date-value="2024-02-29T10:30:00.123456789"'),
        cell('office:value-type="date" office:date-value="2024-02-29T00:00:00"'), cell('office:value-type="time" office:time-value="PT08H05M00S"'),
        cell('office:value-type="boolean" office:boolean-value="true"'), number("1310", "01310"), number("1310100", "01310-100"), number("1234", "1.234"),
    ]  # fmt: skip

    assert lines(ods(table(row(*cells)))) == [
        (1, ["a & b", "1.5", "50%", "2024-02-29", "2024-02-29T10:30:00.123456", "2024-02-29", "08:05:00", "true", "01310", "01310-100", "1234"])
    ]  # fmt: skip


def test_blanks_lines_and_notes_within_a_cell(ods):
    noted = '<office:annotation><text:p>note</text:p></office:annotation><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d</text:p><text:p><text:span>e</text:span></text:p>'

    assert lines(ods(table(row(cell('office:value-type="string"', noted))))) == [(1, ["a  b\tc\nd\ne"])]


def test_repeated_cells_and_rows(ods):
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row/>'
        + row(cell('table:number-columns-repeated="2"'), cell('office:value-type="float" office:value="1" table:number-columns-repeated="2"'), cell('table:number-columns-repeated="16000"'), attributes='table:number-rows-repeated="2"')
        + row(cell('table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048570"')
    )  # fmt: skip

    assert lines(ods(table(rows))) == [(4, ["", "", "1", "1"]), (5, ["", "", "1", "1"])]


def test_covered_cells_keep_the_place_of_those_after_them(ods):
    cells = (
        cell('office:value-type="string" table:number-columns-spanned="2"', "<text:p>a</text:p>")
        + "<table:covered-table-cell/>"
        + text("b")
    )
    book = open_book(ods(table(row(cells))))

    assert [line.cells for line in book.lines(book.sheets[0])] == [["a", "", "b"]]
    assert book.noticed.merged == 1


def test_errors_and_formulas(ods):
    cells = [
        cell(
            'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "<text:p>#DIV/0!</text:p>",
        ),
        cell('table:formula="of:=A1&gt;2" office:value-type="float" office:value="7"', "<text:p>7</text:p>"),
        cell('table:formula="of:=1+1"'),
        cell('office:value-type="float" office:value="x"'),
    ]
    book = open_book(ods(table(row(*cells))))

    (line,) = book.lines(book.sheets[0])

    assert line.cells == ["#DIV/0!", "7", "", "x"]
    assert line.flaws == [Flaw(0, "#DIV/0!", "error"), Flaw(2, "", "uncalculated"), Flaw(3, "x", "no_number")]
    assert book.noticed.formulas == 3


def test_each_sheet_is_read_alone(ods):
    hidden = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    file = ods(
        table(row(text("1"))),
        table(row(text("2")), 'table:name="Two &amp; more" table:style-name="ta2"'),
        "<table:table/>",
        table(row(text("4")), 'table:name="Four"'),
        styles=hidden,
    )

    assert [(sheet.name, sheet.rows, sheet.is_hidden) for sheet in open_book(file).sheets] == [
        ("One", 1, False),
        ("Two & more", 1, True),
        ("3", 0, False),
        ("Four", 1, False),
    ]
    assert [lines(file, place) for place in range(4)] == [[(1, ["1"])], [(1, ["2"])], [], [(1, ["4"])]]


def test_rows_in_groups_and_hidden_ones(ods):
    hidden = row(text("a"), attributes='table:visibility="collapse"')
    rows = f"<table:table-header-rows>{row(text('h'))}</table:table-header-rows><table:table-row-group>{hidden}</table:table-row-group>"
    book = open_book(ods(table(rows)))

    assert [(line.number, line.cells) for line in book.lines(book.sheets[0])] == [(1, ["h"]), (2, ["a"])]
    assert book.noticed.hidden_rows == 1


@pytest.mark.parametrize(
    "rows",
    [
        row(cell('office:value-type="float" office:value="1" table:number-columns-repeated="16385"') + number("1")),
        row(number("1"), attributes='table:number-rows-repeated="1048576"') + row(number("1")),
        row(cell('table:number-columns-repeated="x"')),
        row(cell('office:value-type="string"', "<text:p>a</text:q>")),
        row(cell("", table(row(text("nested"))))),
    ],
)
def test_what_does_not_hold_together_is_refused(ods, rows):
    assert refusal(ods(table(rows))) == "damaged"


def test_an_encrypted_document_is_refused(zip_of):
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'

    assert refusal(zip_of({"content.xml": "<x/>", "META-INF/manifest.xml": manifest})) == "encrypted"
