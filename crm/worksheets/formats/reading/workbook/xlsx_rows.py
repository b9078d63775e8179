"""The rows of one xlsx sheet, from its XML.

Nearly all files are written by programs in a uniform way: one regular expression finds the cells of a row three times faster
than a parser does. Where it does not find each cell that the row has, the row goes through the parser.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from crm.worksheets.formats.reading.workbook import cells
from crm.worksheets.formats.reading.workbook.book import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, BookNotes, BookRow, letters_of
from crm.worksheets.formats.reading.workbook.markup import Attributes, chunks, escaped, fed, local, new_parser
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, NoValue, Refused
from crm.worksheets.formats.reading.workbook.strings import SharedStrings, plain

MOST_STYLES = 100_000
ROW = re.compile(r'<row(?: r="([0-9]{1,8})")?([^>]*)>')
CELL = re.compile(
    r'<c(?: r="([A-Z]{1,4})[0-9]{1,8}")?([^>]*?)(?:/>|>'
    r"(?:(<f)[^>]*?(?:/>|>[^<]*</f>))?"
    r'(?:<v>([^<]*)</v>|<v/>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']([^"']*)["']""")
REFERENCE = re.compile(r"([A-Z]{1,4})([0-9]{1,8})")
MERGED = re.compile(r"<(?:\w+:)?mergeCell\s")
HIDDEN = re.compile(r"""hidden\s*=\s*["'](1|true)""")
ISO_MIDNIGHT = re.compile(r"(.{10})T00:00:00(\.0+)?Z?")


class XlsxCell(NamedTuple):
    """As it is written: letters of its column, other attributes, a formula's mark, its value, its text in the row."""

    column: str
    attributes: str
    formula: str
    value: str
    text: str


class XlsxRow(NamedTuple):
    """`skipped`: how many rows without cells come before it."""

    number: str | None
    attributes: str
    cells: list[XlsxCell] | list[tuple[str, str, str, str, str]]
    skipped: int = 0


class CellAttributes(NamedTuple):
    """How a cell of these attributes is read."""

    type: str
    form: cells.NumberFormat


class XlsxSheetReader:
    def __init__(self, strings: SharedStrings, formats: list[cells.NumberFormat], *, is_1904: bool, noticed: BookNotes) -> None:
        self._strings = strings
        self._formats = formats
        self._is_1904 = is_1904
        self._noticed = noticed
        self._how: dict[str, CellAttributes] = {}
        self._number = 0

    def lines(self, blocks: Iterable[bytes]) -> Iterator[BookRow]:
        for chunk, name in chunks(blocks, root="worksheet", element="row"):
            is_plain = name == "row" and "<!" not in chunk
            rows = chunk[self._start(chunk, name) :].split(f"</{name}>")
            for written in rows[:-1]:
                row = (fast_row(written) if is_plain else None) or parsed_row(f"{written}</{name}>")
                self._go_to(row)
                values, flaws = self._values(row, is_simple="&" not in written and "_x" not in written)
                if values:
                    yield BookRow(self._number, values, flaws)
            if len(rows) == 1:  # what follows the last row
                self._noticed.merged += len(MERGED.findall(chunk))

    def _start(self, chunk: str, name: str) -> int:
        """Where the rows begin, which the first chunk does not begin with."""
        return max(chunk.find(f"<{name}"), 0) if not self._number else 0

    def _go_to(self, row: XlsxRow) -> None:
        number = int(row.number) if row.number else self._number + row.skipped + 1
        if not self._number < number <= MOST_ROWS:
            raise Refused("damaged")
        self._number = number
        if "hidden" in row.attributes and HIDDEN.search(row.attributes):
            self._noticed.hidden_rows += 1

    def _values(self, row: XlsxRow, *, is_simple: bool) -> tuple[list[str], list[Flaw]]:
        """`is_simple`: its texts are read as they are written."""
        columns = [cell[0] for cell in row.cells]
        is_dense = columns == LETTERS[: len(columns)] or not any(columns)
        values: list[str] = []
        flaws: list[Flaw] = []
        known, take = self._how, values.append  # this loop sees every cell
        for column, attributes, formula, value, text in row.cells:
            if not is_dense:
                self._pad(values, column)
            kind, form = known.get(attributes) or self._learn(attributes)
            if kind == "s" and value.isdecimal():
                take(self._strings[int(value)])
                continue
            if (kind == "inlineStr" and is_simple and len(text) <= LONGEST_CELL) or (
                kind == "n" and form is cells.PLAIN and value.isdecimal()
            ):
                take(text or value)
                continue
            try:
                take(self._value(kind, form, value, text, formula))
            except NoValue as nothing:
                flaws.append(Flaw(len(values), nothing.shown, nothing.code))
                take(nothing.shown)
        self._noticed.formulas += sum(1 for cell in row.cells if cell[2])
        return values, flaws

    def _value(self, kind: str, form: cells.NumberFormat, value: str, text: str, formula: str) -> str:
        if kind == "s" and value:
            raise Refused("damaged")  # a place in the list of texts is a number
        if kind == "n":
            return self._number_text(value, form, formula)
        if kind == "b":
            return {"1": "true", "0": "false"}.get(value, value)
        if kind == "e":
            raise NoValue(plain(value), "error")
        if kind == "d":
            return _iso(value)
        found = plain(text or value)  # "inlineStr", and "str" of formulas
        if len(found) > LONGEST_CELL:
            raise NoValue(found[:100], "long")
        return found

    def _number_text(self, value: str, form: cells.NumberFormat, formula: str) -> str:
        if not value:
            if formula:
                raise NoValue("", "uncalculated")
            return ""
        try:
            return cells.shown(value, form, is_1904=self._is_1904)
        except ValueError:
            raise NoValue(value[:100], "no_number") from None

    def _pad(self, values: list[str], column: str) -> None:
        """Empty places up to the column."""
        place = index_of(column) if column else len(values)
        if place < len(values):
            raise Refused("damaged")
        values.extend([""] * (place - len(values)))

    def _learn(self, written: str) -> CellAttributes:
        attributes = dict(ATTRIBUTE.findall(written))
        style = attributes.get("s", "0")
        place = int(style) if style.isdecimal() else 0
        form = self._formats[place] if place < len(self._formats) else cells.PLAIN
        how = CellAttributes(attributes.get("t", "n"), form)
        if len(self._how) < MOST_STYLES:
            self._how[written] = how
        return how


def fast_row(written: str) -> XlsxRow | None:
    """Return a row as an expression reads it; None when it does not see all that the row holds."""
    start = written.rfind("<row")
    head = ROW.match(written, start)
    if not head:
        return None
    found = CELL.findall(written, head.end())
    if len(found) != written.count("<c", start):
        return None
    return XlsxRow(head[1], head[2], found, written.count("<row", 0, start) if start else 0)


def parsed_row(written: str) -> XlsxRow:
    """Return the last row of a piece of XML, as a parser reads it."""
    rows = _XlsxRowParser().rows(written)
    if not rows:
        raise Refused("damaged")
    return rows[-1]._replace(skipped=len(rows) - 1)


class _XlsxRowParser:
    def __init__(self) -> None:
        self._rows: list[XlsxRow] = []
        self._path: list[str] = []
        self._cell: dict[str, str] = {}

    def rows(self, written: str) -> list[XlsxRow]:
        parser = new_parser(self._start, self._end)
        parser.CharacterDataHandler = self._text
        for _ in fed(parser, [f"<x>{written}</x>".encode()]):
            pass
        return self._rows

    def _start(self, name: str, attributes: Attributes) -> None:
        element = local(name)
        self._path.append(element)
        if element == "row":
            self._rows.append(XlsxRow(attributes.get("r"), _written(attributes), []))
        elif element == "c":
            column = REFERENCE.fullmatch(attributes.get("r", ""))
            self._cell = {"column": column[1] if column else "", "attributes": _written(attributes)}
        elif element == "f":
            self._cell["formula"] = "<f"

    def _text(self, piece: str) -> None:
        where = self._path[-1]
        if where == "v":
            self._cell["value"] = self._cell.get("value", "") + escaped(piece)
        elif where == "t" and "is" in self._path and "rPh" not in self._path:
            self._cell["text"] = self._cell.get("text", "") + escaped(piece)

    def _end(self, _name: str) -> None:
        if self._path.pop() == "c" and self._rows:
            empty = dict.fromkeys(XlsxCell._fields, "")
            self._rows[-1].cells.append(XlsxCell(**{**empty, **self._cell}))


def _written(attributes: Attributes) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items() if name != "r" and '"' not in value)


@cache
def index_of(column: str) -> int:
    """Return the place of a column by its letters, A being 0."""
    place = 0
    for letter in column:
        place = place * 26 + ord(letter) - 64
    if place > MOST_COLUMNS:
        raise Refused("damaged")
    return place - 1


LETTERS = [letters_of(place) for place in range(702)]  # of wider rows each cell is put in its place, which takes longer


def _iso(value: str) -> str:
    """Return a date that is written as one; a midnight is a day."""
    midnight = ISO_MIDNIGHT.fullmatch(value)
    return midnight[1] if midnight else value
