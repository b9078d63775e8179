"""Converts rows of text to typed rows, a column at a time; refusals name row, column, value and reason."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress, islice
from typing import Any

from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.records.validating import EMPTY, is_nothing
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.generated import current
from crm.schema.generated.record_ids import RECORD_ID, known_ids
from crm.schema.record import bare_id
from crm.worksheets.formats.formula_escaping import CLEAR, are_plain, joined, unguarded
from crm.worksheets.formats.rows import RowProblem, SheetRow
from crm.worksheets.importing.normalizing import divided_names, normalize
from crm.worksheets.importing.remarks import Remarks
from crm.worksheets.mapping.choices import ColumnChoices
from crm.worksheets.mapping.column_mapping import ColumnMapping
from crm.worksheets.mapping.total_rows import TotalRows

AT_ONCE = 1_000  # rows: as many as the processor's cache holds; with 5,000 it took a third longer


@dataclass(frozen=True)
class CellRefusal:
    row: int
    column: str
    value: str
    reason: str
    code: str = ""


@dataclass
class ConversionResult:
    """What a conversion found; complete when its rows are consumed."""

    rows: int = 0
    staged: int = 0
    refusals: list[CellRefusal] = field(default_factory=list)
    refused_rows: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)  # remarks about the worksheet as a whole
    left_out: dict[str, int] = field(default_factory=dict)  # by column, cells that were taken as empty instead of refused
    left_out_cells: list[CellRefusal] = field(default_factory=list)  # these, except consents that are withheld from everybody
    doubted: dict[tuple[int, str], CellRefusal] = field(default_factory=dict)  # by row and field, unless the record holds them
    remarks: Remarks = field(default_factory=Remarks)
    totals: int = 0  # rows that look like totals, skipped or not

    def refuse(self, row: int, column: str, value: str, reason: str) -> None:
        self.refusals.append(_cell_refusal(row, column, value, reason))
        self.refused_rows.add(row)

    def forgive(self, rows: set[int]) -> None:
        """Takes back what was refused of rows that nothing is taken from."""
        if rows:
            self.refusals = [refusal for refusal in self.refusals if refusal.row not in rows]
            self.refused_rows -= rows

    def leave_out(self, row: int, column: str, value: str, reason: str) -> None:
        """A cell that is read as empty."""
        _leave_out(self, column, 1)
        self.left_out_cells.append(_cell_refusal(row, column, value, reason))

    def add(self, more: "ConversionResult") -> None:
        """What another part of the worksheet was found to hold."""
        self.rows += more.rows
        self.refusals += more.refusals
        self.refused_rows |= more.refused_rows
        self.doubted |= more.doubted
        self.left_out_cells += more.left_out_cells
        self.remarks.add(more.remarks)
        self.totals += more.totals
        for header, count in more.left_out.items():
            _leave_out(self, header, count)


@dataclass(frozen=True)
class ColumnConversion:
    """What is converted, and how. `is_exact`: a missing cell is a mistake, as an empty one it would clear a value.

    `refuses_empty`: a row whose columns are all empty is refused, since it would make a record of nothing.
    `skips_without` are the parts of the key without which nothing is taken from a row, so that it is not refused either.
    `skips_totals`: nothing is taken from rows that look like `totals`.
    `keeps_refused`: refused rows are given too, as far as they can be read, with a last column that says which they are.
    """

    entity: EntityDefinition
    headers: list[str]
    mapping: ColumnMapping
    form: fieldtypes.CellFormat
    fixed: dict[str, Any]  # typed values of --set
    is_exact: bool = False
    keeps_refused: bool = False
    withheld: tuple[str, ...] = ()  # consents that nobody gains: true is left out
    refuses_empty: bool = False
    own: MappingType[str, ColumnChoices] = field(default_factory=dict)  # by header
    keys: tuple[str, ...] = ()
    has_prefixed_ids: bool = False  # ids that are stored with the acronym: then cells are looked up
    skips_without: tuple[str, ...] = ()
    totals: TotalRows | None = None
    skips_totals: bool = False

    def field(self, name: str) -> FieldDefinition:
        """As the worksheet fills it: a key of several fields has to tell records apart as a unique field does."""
        definition: FieldDefinition = self.entity.field(name)  # type: ignore[assignment]  # mapped fields exist
        return replace(definition, unique=True) if name in self.keys and not definition.unique else definition

    def is_lenient(self, position: int) -> bool:
        """Return True if a cell that the field refuses is taken as empty."""
        own = self.own.get(self.headers[position])
        return own is not None and own.wrong == "empty"


def blocks_of(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    source = iter(rows)
    while block := list(islice(source, AT_ONCE)):
        yield block


def convert_block(block: list[SheetRow], columns: ColumnConversion) -> tuple[list[Sequence[Any]], ConversionResult]:
    """The good rows as a list of columns (row numbers, mapped fields, fixed values, cleared fields), and what was found.

    There may be no row left; the list is empty when none could even be read.
    """
    found = ConversionResult(len(block))
    whole = _whole_rows(_without_totals(block, columns, found), columns, found)
    if not whole:
        return [], found
    broken = set(found.refused_rows)
    typed = _block(whole, columns, found)
    keyless = _without_key(typed, columns, found) - broken
    if columns.refuses_empty:
        _refuse_empty(typed, columns, found)
    found.forgive(keyless)
    return (_known_rows(typed, found) if columns.keeps_refused else _good_rows(typed, found)), found


def _without_totals(block: list[SheetRow], columns: ColumnConversion, found: ConversionResult) -> list[SheetRow]:
    """Notes the rows that look like totals."""
    if columns.totals is None:
        return block
    words = {row.number: word for row in block if (word := columns.totals.find(row.cells))}
    found.totals = len(words)
    for number, word in words.items():
        found.remarks.note_total(number, word, is_skipped=columns.skips_totals)
    return [row for row in block if row.number not in words] if words and columns.skips_totals else block


def _without_key(block: list[Sequence[Any]], columns: ColumnConversion, found: ConversionResult) -> set[int]:
    """The numbers of rows that nothing is taken from; a cell that the key refused is not an empty one."""
    names, headers = list(columns.mapping.fields.values()), columns.mapping.fields.items()
    keys = {name: block[1 + names.index(name)] for name in columns.skips_without if name in names}
    keyless = {
        block[0][place] for values in keys.values() if None in values for place, value in enumerate(values) if value is None
    }
    of_keys = {columns.headers[position] for position, name in headers if name in keys}
    return keyless - {refusal.row for refusal in found.refusals if refusal.column in of_keys} if keyless else keyless


def _refuse_empty(block: list[Sequence[Any]], columns: ColumnConversion, found: ConversionResult) -> None:
    """Refuses rows that would make a record of nothing. Most blocks have none that is empty after their first column."""
    numbers, *values, _cleared = block
    names = [*columns.mapping.names, *columns.fixed]
    empty = [place for place, number in enumerate(numbers) if number not in found.refused_rows]
    for name, column in zip(names, values, strict=True):
        empty = [place for place in empty if name in columns.withheld or is_nothing(column[place])]
    for place in empty:
        found.refuse(numbers[place], "", "", str(EMPTY))


def _whole_rows(block: list[SheetRow], columns: ColumnConversion, found: ConversionResult) -> list[SheetRow]:
    """Rows with more cells than there are headers are refused; missing cells at the end are empty."""
    width = len(columns.headers)
    whole = []
    for row in block:
        if not row.problems and len(row.cells) == width:
            whole.append(row)
        elif _is_whole(row, columns, found) or (columns.keeps_refused and not _is_broken(row)):
            whole.append(SheetRow(row.number, (_without_flaws(row, columns, found) + [""] * width)[:width]))
    return whole


def _is_whole(row: SheetRow, columns: ColumnConversion, found: ConversionResult) -> bool:
    """Return True if it can be taken; else its refusal is added to `found`."""
    width = len(columns.headers)
    if wrong := _problems(row, columns):
        for problem in wrong:
            header = "" if problem.position is None else columns.headers[problem.position]
            found.refuse(row.number, header, problem.value, problem.reason)
    elif extra := [cell for cell in row.cells[width:] if cell.strip()]:
        found.refuse(row.number, "", extra[0], _wrong_width(row, width))
    elif columns.is_exact and len(row.cells) < width:
        found.refuse(row.number, "", row.cells[-1], _wrong_width(row, width))
    else:
        return True
    return False


def _is_broken(row: SheetRow) -> bool:
    """Return True if not even its cells can be separated."""
    return any(problem.position is None for problem in row.problems)


def _without_flaws(row: SheetRow, columns: ColumnConversion, found: ConversionResult) -> list[str]:
    """The cells, those that cannot be read empty."""
    cells = list(row.cells)
    for problem in row.problems:
        if (at := problem.position) is not None and at in columns.mapping.fields:
            cells[at] = ""
            if columns.is_lenient(at):
                found.leave_out(row.number, columns.headers[at], problem.value, problem.reason)
    return cells


def _problems(row: SheetRow, columns: ColumnConversion) -> list[RowProblem]:
    """Those of the row as a whole, and of cells that something is taken from and that may not be left out."""
    return [problem for problem in row.problems if problem.position is None or _counts(problem.position, columns)]


def _counts(position: int, columns: ColumnConversion) -> bool:
    return position in columns.mapping.fields and not columns.is_lenient(position)


def _cell_refusal(row: int, column: str, value: str, reason: str) -> CellRefusal:
    return CellRefusal(row, column, value[:200].replace("\x00", "\ufffd"), reason)


def _leave_out(found: ConversionResult, header: str, count: int) -> None:
    found.left_out[header] = found.left_out.get(header, 0) + count


def _wrong_width(row: SheetRow, width: int) -> str:
    return _("The row has %(n)s cells, the header %(width)s.") % {"n": local_number(len(row.cells)), "width": local_number(width)}


def _known_rows(block: list[Sequence[Any]], found: ConversionResult) -> list[Sequence[Any]]:
    """All rows, and which of them are refused."""
    return [*block, [number in found.refused_rows for number in block[0]]]


def _good_rows(block: list[Sequence[Any]], found: ConversionResult) -> list[Sequence[Any]]:
    numbers, bad = block[0], found.refused_rows
    if bad.isdisjoint(numbers):
        return block
    good = [number not in bad for number in numbers]
    return [list(compress(column, good)) for column in block]


def _block(rows: list[SheetRow], columns: ColumnConversion, found: ConversionResult) -> list[Sequence[Any]]:
    numbers = [row.number for row in rows]
    cells = list(zip(*[row.cells for row in rows], strict=True))
    cleared: dict[int, str] = {}
    rests = columns.mapping.rests
    halves = {i: divided_names(cells[i]) for i in rests}
    values = {
        name: _column(name, i, halves[i][0] if i in rests else cells[i], numbers, columns, found, cleared)
        for i, name in columns.mapping.fields.items()
    }
    values |= {name: _column(name, i, halves[i][1], numbers, columns, found, cleared) for i, name in rests.items()}
    fixed = [[value] * len(rows) for value in columns.fixed.values()]
    marks = [f"{cleared[n]}," if n in cleared else None for n in numbers] if cleared else [None] * len(rows)
    return [numbers, *values.values(), *fixed, marks]


def _column(
    name: str,
    position: int,
    cells: tuple[str, ...],
    numbers: list[int],
    columns: ColumnConversion,
    found: ConversionResult,
    cleared: dict[int, str],
) -> list[Any]:
    header = columns.headers[position]
    together = joined(cells)
    texts = cells if are_plain(together) else _unguarded(cells, name, numbers, header, found, cleared)
    if name == "id":
        return _ids(texts, numbers, header, columns, found)
    definition: FieldDefinition = columns.field(name)
    kind = fieldtypes.get(definition.type)
    read, form = texts, columns.form
    if own := columns.own.get(header):
        form = own.cells(form)
        read = normalize(texts, own, definition)
    values, refusals = kind.convert_column(read, definition, form)
    if kind.may_doubt(together, definition, form):
        wrong = {refusal.cell for refusal in refusals}
        good = (cell for cell in read if cell and cell not in wrong)
        doubt, example = (partial(told, field=definition, form=form) for told in (kind.doubt, kind.doubt_example))
        found.remarks.note_doubts(header, good, doubt, example)
    if name in columns.withheld and (agreed := sum(value is True for value in values)):
        _leave_out(found, header, agreed)
    if refusals and columns.is_lenient(position):
        for refusal in refusals:
            found.leave_out(numbers[refusal.position], header, texts[refusal.position], refusal.reason)
        return values
    for refusal in refusals:
        row, text = numbers[refusal.position], texts[refusal.position]
        try:
            values[refusal.position] = _held(read[refusal.position], definition, form, columns)
        except fieldtypes.InvalidValue:
            found.refuse(row, header, text, refusal.reason)
        else:
            found.doubted[row, name] = _cell_refusal(row, header, text, refusal.reason)
            cleared[row] = f"{cleared.get(row, '')},?{name}"
    return values


def _held(cell: str, field: FieldDefinition, form: fieldtypes.CellFormat, columns: ColumnConversion) -> Any:
    """The value of a refused cell, which the record may hold from before; a key has to be right. Raises InvalidValue."""
    value = None if field.name in columns.keys else fieldtypes.get(field.type).held_value(cell, field, form)
    if value is None:
        raise fieldtypes.InvalidValue(cell)
    return value


def _unguarded(
    cells: Sequence[str], name: str, numbers: list[int], header: str, found: ConversionResult, cleared: dict[int, str]
) -> Sequence[str]:
    """Without the signs that mark clears and guard texts from spreadsheets."""
    found.remarks.note_guards(header, cells)
    return unguarded(_without_clears(cells, name, numbers, cleared))


def _without_clears(texts: Sequence[str], name: str, numbers: list[int], cleared: dict[int, str]) -> list[str]:
    for position, text in enumerate(texts):
        if text == CLEAR:
            cleared[numbers[position]] = f"{cleared.get(numbers[position], '')},{name}"
    return ["" if text == CLEAR else text for text in texts]


def _ids(
    texts: Sequence[str], numbers: list[int], header: str, columns: ColumnConversion, found: ConversionResult
) -> list[str | None]:
    """Ids in lower case, without the acronym that exports of the original put before them, unless it is stored with them."""
    acronym = columns.entity.acronym
    known = known_ids(texts, current.models()[acronym]) if columns.has_prefixed_ids else {}
    ids = [known.get(text) or bare_id(trimmed(text), acronym) or None for text in texts]
    for position, record_id in enumerate(ids):
        if record_id is not None and (not RECORD_ID.fullmatch(record_id) or record_id == "new"):
            found.refuse(numbers[position], header, texts[position], _("This is not a record id."))
    return ids
