"""Tables as xlsx. Every text is a cell of type text: nothing in the file is a formula."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import ClassVar

from crm.worksheets.formats.reading.workbook.book import letters_of
from crm.worksheets.formats.tables import Block, CellKind, Table
from crm.worksheets.formats.writing import xlsx_parts
from crm.worksheets.formats.writing.base import WriteFormat, sheet_name
from crm.worksheets.formats.writing.markup import IMPOSSIBLE, apart, escaped, together
from crm.worksheets.formats.writing.zipping import zipped

# Of what these programs keep as a number; longer ones lose their last digits.
EXACT = 15
DAY_ONE = date(1899, 12, 30).toordinal()
# Before it, days are counted otherwise (1900 was taken for a leap year), and before 1900 not at all.
FIRST_DAY = "1900-03-01"
LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class XlsxFormat(WriteFormat):
    name: ClassVar[str] = "xlsx"
    label: ClassVar[str] = "Excel (xlsx)"
    content_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    most_rows: ClassVar[int] = 1_048_576
    most_columns: ClassVar[int] = 16_384
    longest_cell: ClassVar[int] = 32_767

    def chunks(self, table: Table) -> Iterator[bytes]:
        name = sheet_name(table.title)
        return zipped([*xlsx_parts.around([name], table.at), (xlsx_parts.sheet_part(1), sheet(table))], table.at)


def sheet(table: Table, *, after: str = "") -> Iterator[str]:
    """The XML of a sheet; `after` follows its rows."""
    yield xlsx_parts.sheet_start(table.kinds, heads=len(table.heads))
    yield from rows(table.heads, table.kinds, table.blocks)
    yield f"</sheetData>{after}</worksheet>"


def rows(heads: Sequence[Sequence[str]], kinds: Sequence[CellKind], blocks: Iterable[Block]) -> Iterator[str]:
    letters = [letters_of(place) for place in range(len(kinds))]
    for number, names in enumerate(heads, start=1):
        yield _head(number, letters, names)
    first = len(heads) + 1
    for block in blocks:
        yield _rows(first, letters, kinds, block)
        first += len(block[0])


def _head(number: int, letters: Sequence[str], names: Sequence[str]) -> str:
    cells = [
        f'<c r="{letter}{number}" s="{xlsx_parts.BOLD}" t="inlineStr"><is><t>{escaped(name)}</t></is></c>'
        for letter, name in zip(letters, names, strict=True)
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _rows(first: int, letters: Sequence[str], kinds: Sequence[CellKind], block: Block) -> str:
    numbers = list(map(str, range(first, first + len(block[0]))))
    columns = [_cells(kind, letter, numbers, column) for kind, letter, column in zip(kinds, letters, block, strict=True)]
    return "".join(
        [f'<row r="{number}">{"".join(cells)}</row>' for number, cells in zip(numbers, zip(*columns, strict=True), strict=True)]
    )


def _cells(kind: CellKind, letter: str, numbers: Sequence[str], column: Sequence[str | None]) -> list[str]:
    if kind == "text":
        return _texts(letter, numbers, column)
    write = {"number": _number, "date": _date, "boolean": _boolean}[kind]
    return [write(f"{letter}{number}", cell) if cell else "" for number, cell in zip(numbers, column, strict=True)]


def _texts(letter: str, numbers: Sequence[str], column: Sequence[str | None]) -> list[str]:
    start, end = f's="{xlsx_parts.TEXT}" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
    texts = apart(_written(together(column)))
    return [f'<c r="{letter}{number}" {start}{text}{end}' if text else "" for number, text in zip(numbers, texts, strict=True)]


def _written(text: str) -> str:
    if "_x" in text:
        text = LIKE_AN_ESCAPE.sub("_x005F_", text)
    if not text.isprintable():  # only then may there be something that XML cannot hold, or changes
        text = IMPOSSIBLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text).replace("\r", "_x000D_")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _number(place: str, cell: str) -> str:
    if len(cell) > EXACT and sum(map(str.isdigit, cell)) > EXACT:
        return _texts(place, [""], [cell])[0]
    return f'<c r="{place}" s="{xlsx_parts.NUMBER}"><v>{cell}</v></c>'


def _date(place: str, cell: str) -> str:
    if cell < FIRST_DAY:
        return _texts(place, [""], [cell])[0]
    return f'<c r="{place}" s="{xlsx_parts.DATE}"><v>{date.fromisoformat(cell).toordinal() - DAY_ONE}</v></c>'


def _boolean(place: str, cell: str) -> str:
    return f'<c r="{place}" t="b"><v>{int(cell == "true")}</v></c>'
