"""Rows of text become typed rows, a column at a time; what is refused is told with row, column, value and reason."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import Any

from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.guarding import CLEAR, unguarded
from crm.worksheets.mapping import Mapping
from crm.worksheets.reading import Problem, Row

AT_ONCE = 5_000
RECORD_ID = re.compile(r"[a-z0-9._:-]{1,100}")


@dataclass(frozen=True)
class CellRefusal:
    row: int
    column: str
    value: str
    reason: str


@dataclass
class Conversion:
    """What a conversion found while its rows were being taken."""

    rows: int = 0
    refusals: list[CellRefusal] = field(default_factory=list)
    refused_rows: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)  # what should be said about the worksheet as a whole

    def refuse(self, row: int, column: str, value: str, reason: str) -> None:
        self.refusals.append(CellRefusal(row, column, value[:200].replace("\x00", "\ufffd"), reason))
        self.refused_rows.add(row)


@dataclass(frozen=True)
class Columns:
    """What is converted, and how."""

    entity: EntityDefinition
    headers: list[str]
    mapping: Mapping
    form: fieldtypes.CellFormat
    fixed: dict[str, Any]  # typed values of --set
    is_exact: bool = False  # a missing cell is a mistake: as an empty one it would clear a value


def typed_columns(rows: Iterable[Row], columns: Columns, found: Conversion) -> Iterator[list[Sequence[Any]]]:
    """Blocks of the good rows, each a list of columns: row numbers, mapped fields, fixed values, cleared fields."""
    source = iter(rows)
    while block := list(islice(source, AT_ONCE)):
        found.rows += len(block)
        if whole := _whole_rows(block, columns, found):
            good = _good_rows(_block(whole, columns, found), found)
            if good[0]:  # COPY would take a block without rows for an empty line
                yield good


def _whole_rows(block: list[Row], columns: Columns, found: Conversion) -> list[Row]:
    """Rows with more cells than there are headers are refused; missing cells at the end are empty."""
    width = len(columns.headers)
    whole = []
    for row in block:
        if row.problems and (wrong := _problems(row, columns)):
            for problem in wrong:
                header = "" if problem.position is None else columns.headers[problem.position]
                found.refuse(row.number, header, problem.value, problem.reason)
        elif len(row.cells) == width:
            whole.append(row)
        elif extra := [cell for cell in row.cells[width:] if cell.strip()]:
            found.refuse(row.number, "", extra[0], _wrong_width(row, width))
        elif columns.is_exact and len(row.cells) < width:
            found.refuse(row.number, "", row.cells[-1], _wrong_width(row, width))
        else:
            whole.append(Row(row.number, (row.cells + [""] * width)[:width]))
    return whole


def _problems(row: Row, columns: Columns) -> list[Problem]:
    """Those of the row as a whole, and of cells that something is taken from."""
    return [problem for problem in row.problems if problem.position is None or problem.position in columns.mapping.fields]


def _wrong_width(row: Row, width: int) -> str:
    return _("The row has %(n)s cells, the header %(width)s.") % {"n": len(row.cells), "width": width}


def _good_rows(block: list[Sequence[Any]], found: Conversion) -> list[Sequence[Any]]:
    numbers, bad = block[0], found.refused_rows
    if bad.isdisjoint(numbers):
        return block
    good = [number not in bad for number in numbers]
    return [list(compress(column, good)) for column in block]


def _block(rows: list[Row], columns: Columns, found: Conversion) -> list[Sequence[Any]]:
    numbers = [row.number for row in rows]
    cells = list(zip(*[row.cells for row in rows], strict=True))
    cleared: dict[int, str] = {}
    values = {name: _column(name, cells[i], numbers, columns, found, cleared) for i, name in columns.mapping.fields.items()}
    fixed = [[value] * len(rows) for value in columns.fixed.values()]
    marks = [f"{cleared[n]}," if n in cleared else None for n in numbers] if cleared else [None] * len(rows)
    return [numbers, *values.values(), *fixed, marks]


def _column(
    name: str, cells: tuple[str, ...], numbers: list[int], columns: Columns, found: Conversion, cleared: dict[int, str]
) -> list[Any]:
    header = columns.headers[next(i for i, mapped in columns.mapping.fields.items() if mapped == name)]
    texts = unguarded(_without_clears(cells, name, numbers, cleared) if CLEAR in cells else cells)
    if name == "id":
        return _ids(texts, numbers, header, columns.entity, found)
    definition: FieldDefinition = columns.entity.field(name)  # type: ignore[assignment]  # mapped fields exist
    kind = fieldtypes.get(definition.type)
    values, refusals = kind.convert_column(texts, definition, columns.form)
    for refusal in refusals:
        found.refuse(numbers[refusal.position], header, refusal.cell, refusal.reason)
    return values


def _without_clears(texts: Sequence[str], name: str, numbers: list[int], cleared: dict[int, str]) -> list[str]:
    for position, text in enumerate(texts):
        if text == CLEAR:
            cleared[numbers[position]] = f"{cleared.get(numbers[position], '')},{name}"
    return ["" if text == CLEAR else text for text in texts]


def _ids(texts: Sequence[str], numbers: list[int], header: str, entity: EntityDefinition, found: Conversion) -> list[str | None]:
    """Ids in lower case, without the acronym that exports of the original put before them."""
    prefix = f"{entity.acronym.lower()}-"
    ids = [text.strip().lower().removeprefix(prefix) or None for text in texts]
    for position, record_id in enumerate(ids):
        if record_id is not None and (not RECORD_ID.fullmatch(record_id) or record_id == "new"):
            found.refuse(numbers[position], header, texts[position], _("This is not a record id."))
    return ids
