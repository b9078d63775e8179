"""The rows of one ods sheet, from the XML of the whole document.

As in `xlsx_rows`, a regular expression reads the cells of ordinary
rows, ten times faster than the parser, which reads all others.
"""

import re
from collections.abc import Iterable, Iterator

from crm.worksheets.formats.reading.workbook.book import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, BookNotes, BookRow
from crm.worksheets.formats.reading.workbook.markup import Attributes, chunks, escaped, fed, new_parser, unescaped
from crm.worksheets.formats.reading.workbook.ods_cells import cell_text
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, NoValue, Refused

ROW = re.compile(r"<table:table-row([^>]*)>")
CELL = re.compile(r"<table:(?:covered-)?table-cell([^>]*?)(?:/>|>(?:<text:p>([^<]*)</text:p>)?</table:(?:covered-)?table-cell>)")
CELL_STARTS = ("<table:table-cell", "<table:covered-table-cell")
# What stands between rows and matters: sheets, and rows without an end tag of their own.
LANDMARK = re.compile(r"<(/?table:table|table:table-row)((?:[ /][^>]*)?)>")
ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
REPEATED_ROWS, REPEATED_COLUMNS = "table:number-rows-repeated", "table:number-columns-repeated"
# Notes and drawings hold paragraphs too; none of that is the cell's.
BESIDE = frozenset({"office:annotation", "draw:frame", "draw:custom-shape", "draw:g", "table:shapes"})
CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
BLANKS = {"text:tab": "\t", "text:line-break": "\n"}
HIDDEN = ("collapse", "filter")
MOST_STYLES = 10_000
WHOLE_NUMBER = re.compile(
    r'(?: table:style-name="[^"]*")? office:value-type="float" office:value="([0-9]{1,15})"(?: calcext:value-type="float")?'
)
BEYOND_TEXT = re.compile(r'office:value-type="(?!string")|-value=|repeated|spanned|formula|"error"')


class OdsSheetReader:
    """The lines of the sheet at a place among the sheets of the document."""

    def __init__(self, wanted: int, noticed: BookNotes) -> None:
        self._wanted = wanted
        self._noticed = noticed
        self._sheet, self._depth, self._number = -1, 0, 0
        self._texts: set[str] = set()  # attributes of cells that are texts and nothing more

    def lines(self, blocks: Iterable[bytes]) -> Iterator[BookRow]:
        for chunk, name in chunks(blocks, root="office:document-content", element="table:table-row"):
            *rows, rest = chunk.split(f"</{name}>")
            for written in rows:
                start = written.rfind("<table:table-row")
                self._pass(written[:start])
                if self._is_wanted:
                    yield from self._lines(written[start:])
            self._pass(rest)

    @property
    def _is_wanted(self) -> bool:
        return self._sheet == self._wanted and self._depth == 1

    def _pass(self, between: str) -> None:
        """What is not a row with cells."""
        for name, written in LANDMARK.findall(between) if between else ():
            if name == "table:table":
                self._sheet += self._depth == 0
                self._depth += not written.endswith("/")
            elif name == "/table:table":
                self._depth -= 1
            elif self._is_wanted:
                self._number += count(attributes_of(written), REPEATED_ROWS, MOST_ROWS)

    def _lines(self, written: str) -> Iterator[BookRow]:
        """One line, or many when the row stands for several."""
        head = ROW.match(written)
        if not head:
            raise Refused("damaged")
        attributes = attributes_of(head[1])
        repeated = count(attributes, REPEATED_ROWS, MOST_ROWS)
        row = self._row(written, head.end())
        first, self._number = self._number + 1, self._number + repeated
        if not row.cells:
            return
        if self._number > MOST_ROWS:
            raise Refused("damaged")
        if attributes.get("table:visibility") in HIDDEN:
            self._noticed.hidden_rows += repeated
        for number in range(first, first + repeated):
            yield BookRow(number, row.cells, row.flaws)

    def _row(self, written: str, start: int) -> "_OdsRow":
        found = CELL.findall(written, start)
        if len(found) != sum(map(written.count, CELL_STARTS)) or "<!" in written:
            found = _OdsRowParser().cells(f"{written}</table:table-row>")
        row = _OdsRow()
        is_simple, texts = "&" not in written and len(written) <= LONGEST_CELL, self._texts
        for attributes, text in found:
            if is_simple and (attributes in texts or self._is_text(attributes) or whole_number(attributes) == text):
                row.add(text)
            else:
                self._add(row, attributes_of(attributes), unescaped(text))
        return row

    def _is_text(self, attributes: str) -> bool:
        """Return True if cells of these attributes are plain texts."""
        is_text = not BEYOND_TEXT.search(attributes)
        if is_text and len(self._texts) < MOST_STYLES:
            self._texts.add(attributes)
        return is_text

    def _add(self, row: "_OdsRow", attributes: Attributes, text: str) -> None:
        repeated = count(attributes, REPEATED_COLUMNS, MOST_COLUMNS)
        if "table:formula" in attributes:
            self._noticed.formulas += repeated
        if "table:number-columns-spanned" in attributes or "table:number-rows-spanned" in attributes:
            self._noticed.merged += 1
        try:
            row.add(cell_text(attributes, text), repeated)
        except NoValue as nothing:
            row.add(nothing.shown, repeated, nothing.code)


class _OdsRow:
    """Cells up to the last one with something in it."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.flaws: list[Flaw] = []
        self._empty = 0

    def add(self, value: str, times: int = 1, flaw: str = "") -> None:
        if not value and not flaw:
            self._empty += times
            return
        if len(self.cells) + self._empty + times > MOST_COLUMNS:
            raise Refused("damaged")
        if self._empty:
            self.cells += [""] * self._empty
            self._empty = 0
        if flaw:
            self.flaws += [Flaw(len(self.cells) + i, value, flaw) for i in range(times)]
        self.cells += [value] * times


class _OdsRowParser:
    """The cells of a piece of XML as a parser reads them, written as the expression would find them."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []
        self._beside = 0
        self._paragraphs: list[str] = []
        self._depth = 0  # of paragraphs
        self._attributes = ""

    def cells(self, written: str) -> list[tuple[str, str]]:
        parser = new_parser(self._start, self._end)
        parser.CharacterDataHandler = self._text
        for _ in fed(parser, [written.encode()]):
            pass
        return self._found

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._beside or name in BESIDE:
            self._beside += 1
        elif name in CELLS:
            self._attributes, self._paragraphs = _written(attributes), []
        elif name == "text:p":
            self._depth += 1
            self._paragraphs.append("")
        elif name == "text:s":
            self._text(" " * count(attributes, "text:c", LONGEST_CELL))
        elif name in BLANKS:
            self._text(BLANKS[name])
        elif name == "table:table":
            raise Refused("damaged")  # a table in a cell: nothing writes that any more

    def _text(self, piece: str) -> None:
        if self._depth and not self._beside:
            self._paragraphs[-1] += piece

    def _end(self, name: str) -> None:
        if self._beside:
            self._beside -= 1
        elif name == "text:p":
            self._depth -= 1
        elif name in CELLS:
            self._found.append((self._attributes, escaped("\n".join(self._paragraphs))))


def whole_number(attributes: str) -> str | None:
    """Return the number of a cell that is nothing else."""
    found = WHOLE_NUMBER.fullmatch(attributes)
    return found[1] if found else None


def attributes_of(written: str) -> Attributes:
    return {name: unescaped(double or single) for name, double, single in ATTRIBUTE.findall(written)}


def count(attributes: Attributes, name: str, most: int) -> int:
    text = attributes.get(name, "1")
    if not text.isdecimal() or len(text) > 9:
        raise Refused("damaged")
    return min(int(text), most)


def _written(attributes: Attributes) -> str:
    quoted = ((name, escaped(value).replace('"', "&quot;")) for name, value in attributes.items())
    return "".join(f' {name}="{value}"' for name, value in quoted)
