"""Rows of xlsx workbooks as programs write them, usual and unusual."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.worksheets.formats.reading.workbook.opening import open_book
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, Refused
from crm.worksheets.formats.reading.workbook.strings import texts
from crm.worksheets.formats.reading.workbook.xlsx_rows import fast_row, parsed_row

STYLES = '<numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{}</cellXfs>'
FORMATS = STYLES.format("".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22, 164)))


def lines(file: io.BytesIO, sheet: int = 0) -> list[tuple[int, list[str]]]:
    book = open_book(file)
    return [(line.number, line.cells) for line in book.lines(book.sheets[sheet])]


def flaws(file: io.BytesIO) -> list[Flaw]:
    book = open_book(file)
    return [flaw for line in book.lines(book.sheets[0]) for flaw in line.flaws]


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(Refused) as raised:
        lines(file)
    return raised.value.code


def test_shared_inline_and_plain_texts(xlsx):
    strings = '<si><t>a</t></si><si><t xml:space="preserve"> b </t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si/><si><t/></si>'
    row = (
        "".join(f'<c t="s"><v>{i}</v></c>' for i in range(5))
        + '<c t="inlineStr"><is><t>x &amp; y</t></is></c><c t="str"><f>A1</f><v>z</v></c>'
    )

    assert lines(xlsx(f'<row r="1">{row}</row>', strings=strings)) == [(1, ["a", " b ", "rich text", "", "", "x & y", "z"])]


def test_numbers_dates_and_truths(xlsx):
    row = '<c><v>1.10</v></c><c s="1"><v>45351</v></c><c s="2"><v>45351.5</v></c><c s="3"><v>7</v></c><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="d"><v>2024-02-29T00:00:00</v></c>'

    found = lines(xlsx(f"<row>{row}</row>", styles=FORMATS))

    assert found == [(1, ["1.1", "2024-02-29", "2024-02-29T12:00:00", "00007", "true", "false", "2024-02-29"])]


def test_days_of_a_workbook_that_counts_from_1904(xlsx):
    file = xlsx('<row><c s="1"><v>43889</v></c></row>', styles=FORMATS, workbook='<workbookPr date1904="1"/>')

    assert lines(file) == [(1, ["2024-02-29"])]


def test_cells_stand_where_they_say_and_rows_too(xlsx):
    rows = '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c><c r="F2"/></row><row r="5"/><row r="7" hidden="1"><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    book = open_book(xlsx(rows))

    found = [(line.number, line.cells) for line in book.lines(book.sheets[0])]

    assert found == [(2, ["", "1", "", "2", "", ""]), (7, ["3"]), (8, ["4"])]
    assert book.noticed.hidden_rows == 1


def test_cells_without_a_value_that_can_be_taken(xlsx):
    row = '<c t="e"><v>#N/A</v></c><c><f>1+1</f></c><c><f>1+1</f><v/></c><c s="1"><v>60</v></c><c><v>x</v></c><c t="str"><f>""</f><v></v></c>'

    assert flaws(xlsx(f"<row>{row}</row>", styles=FORMATS)) == [
        (0, "#N/A", "error"), (1, "", "uncalculated"), (2, "", "uncalculated"), (3, "1900-02-29", "no_day"), (4, "x", "no_number"),
    ]  # fmt: skip


def test_characters_that_xml_cannot_hold(xlsx):
    row = '<c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_ _xD83D_ _x0000_</t></is></c>'

    assert lines(xlsx(f"<row>{row}</row>")) == [(1, ["a\rb_x0041_ \ufffd \x00"])]


def test_names_with_prefixes_and_strict_files(xlsx):
    sheet = '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'

    assert lines(xlsx(**{"xl/worksheets/sheet1.xml": sheet}, strings="<si><t>one</t></si>")) == [(1, ["one", "2"])]


def test_a_sheet_in_another_encoding(xlsx):
    sheet = '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row><c t="inlineStr"><is><t>é</t></is></c></row></sheetData></worksheet>'

    assert lines(xlsx(**{"xl/worksheets/sheet1.xml": sheet.encode("utf-16")})) == [(1, ["é"])]


def test_comments_and_sections_are_read_as_xml_means_them(xlsx):
    rows = '<row><c t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c><!-- <c><v>9</v></c> --><c><v>1</v></c></row>'

    assert lines(xlsx(rows)) == [(1, ["a<b", "1"])]


def test_merged_ranges_are_counted(xlsx):
    sheet = '<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells></worksheet>'
    book = open_book(xlsx(**{"xl/worksheets/sheet1.xml": sheet}))

    list(book.lines(book.sheets[0]))

    assert book.noticed.merged == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>', "damaged"),
        ('<row r="1048577"><c><v>1</v></c></row>', "damaged"),
        ('<row><c r="XFE1"><v>1</v></c></row>', "damaged"),
        ('<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row><c t="s"><v>5</v></c></row>', "damaged"),
        ('<row><c t="s"><v>x</v></c></row>', "damaged"),
        ("<row><c><v>1</c></row>", "damaged"),
        ('<row><c t="inlineStr"><is><t>&#xD800;</t></is></c></row>', "damaged"),
    ],
)
def test_what_does_not_hold_together_is_refused(xlsx, rows, code):
    assert refusal(xlsx(rows)) == code


def test_sheets_of_a_book():
    book = openpyxl.Workbook()
    book.active.title = "Dados & mais"
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.create_chartsheet("Chart")
    target = io.BytesIO()
    book.save(target)

    assert [(sheet.name, sheet.is_hidden) for sheet in open_book(target).sheets] == [("Dados & mais", False), ("Hidden", True)]


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20),
    st.dates(min_value=date(1900, 3, 1)), st.datetimes(min_value=datetime(1900, 3, 1)).map(lambda d: d.replace(microsecond=0)), st.just(time(10, 30)),
)  # fmt: skip


def written(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(value).lower() if isinstance(value, bool | int) else value.isoformat()


@given(st.lists(st.lists(values, min_size=1, max_size=5), max_size=5))
def test_what_openpyxl_writes_is_read(table):
    book = openpyxl.Workbook()
    for row, cells in enumerate(table, start=1):
        for column, value in enumerate(cells, start=1):
            cell = book.active.cell(row, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type  # else it takes =x for a formula
    target = io.BytesIO()
    book.save(target)

    found = dict(lines(target))

    for row, cells in enumerate(table, start=1):
        expected = [written(value) for value in cells]
        assert (found.get(row, []) + [""] * 5)[: len(cells)] == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", ' r="A1"', ' s="1"', ' t="s"', " t='s'", ' cm="1"']),
            st.sampled_from(
                [
                    "",
                    "<v>1</v>",
                    "<v/>",
                    "<f>1</f><v>2</v>",
                    "<is><t>x</t></is>",
                    "<is><r><t>x</t></r></is>",
                    '<f t="shared"/><v>&amp;</v>',
                ]
            ),
        ),
        max_size=6,
    )
)
def test_expression_and_parser_find_the_same_cells(pieces):
    cells = "".join(f"<c{attributes}>{content}</c>" for attributes, content in pieces)
    row = f'<row r="3">{cells}'

    fast, parsed = fast_row(row), parsed_row(f"{row}</row>")

    if fast:
        clean = [(column, attributes.replace("'", '"'), *rest) for column, attributes, *rest in fast.cells]
        assert (fast.number, clean) == (parsed.number, list(map(tuple, parsed.cells)))


@given(st.lists(st.text(alphabet="ab&<é_x0D", max_size=8)), st.integers(1, 40))
def test_texts_come_whole_from_blocks_of_any_length(wanted, length):
    items = "".join(
        f"<si><t>{text.replace('&', '&amp;').replace('<', '&lt;').replace('_x', '_x005F_x')}</t></si>" for text in wanted
    )
    part = f"<sst>{items}</sst>".encode()
    blocks = [part[:30], *(part[at : at + length] for at in range(30, len(part), length))]

    assert list(texts(iter(blocks))) == wanted
