"""What the cells of a column show, whatever its header says."""

import re
from collections.abc import Iterable, Iterator

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes import CellFormat
from crm.schema.fieldtypes.broken_text import without_nothing
from crm.schema.fieldtypes.email import USUAL, Email
from crm.schema.fieldtypes.varchar import Varchar
from crm.worksheets.mapping.inspection import ColumnInspection

MOST = 0.8  # of a column's values must be addresses
FITTING = 0.5  # of them a field must be able to read, to be given the column by a label or a common header
CERTAIN = 5  # values none of which can be read contradict even a header that is the field's name
ADDRESSES = Email()
MADE_ID = re.compile(r"(?:[A-Za-z]{2}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SEVERAL = " ::: "  # divides values in contacts of Google


def holds_addresses(column: ColumnInspection) -> bool:
    """Return True if it holds e-mail addresses."""
    likely = [value for value in column.probe if "@" in value or not value.isascii()]  # there is a sign of full width, too
    values = [ADDRESSES.without_surroundings(value.partition(SEVERAL)[0]).strip() for value in likely]
    return bool(values) and sum(map(bool, map(USUAL.fullmatch, values))) >= MOST * len(column.probe)


def identifies(column: ColumnInspection) -> bool:
    """Return True if most of its cells differ: the seller's address, repeated on many rows, is nobody's own."""
    return 2 * column.distinct >= column.filled


def holds_record_ids(column: ColumnInspection) -> bool:
    """Return True if it holds ids that a system made for records, each once: numbers of customers are others."""
    return bool(column.probe) and column.distinct == column.filled and all(map(MADE_ID.fullmatch, column.probe))


def holds_whole_names(column: ColumnInspection) -> bool:
    return _most(" " in value for value in column.probe)


def repeats_last_names(column: ColumnInspection, last: ColumnInspection) -> bool:
    """Return True if most of its cells end with a last name that stands in the other column: `Ana Pires` beside `Pires`."""
    known = {value.lower() for value in last.probe}
    return _most(value.lower().endswith(tuple(f" {name}" for name in known)) for value in column.probe)


def _most(seen: Iterable[bool]) -> bool:
    found = list(seen)
    return 2 * sum(found) >= max(1, len(found))


def fits(column: ColumnInspection, field: FieldDefinition) -> bool:
    """Return True if the field could read most cells in some format; an empty column fits all but Booleans."""
    kind = fieldtypes.get(field.type)
    if kind.asks_database:
        return True
    values = list(filter(without_nothing, column.probe))
    if not values:
        return kind.kind != "boolean"
    if isinstance(kind, Varchar) and holds_addresses(column):
        return False
    return _readable(values, column, field) >= FITTING * len(values)


def contradicts(column: ColumnInspection, field: FieldDefinition) -> bool:
    """Return True if the field could read none of many values; of a few words the review asks what they mean."""
    kind = fieldtypes.get(field.type)
    may_be_meant = "meanings" in kind.reading_options and bool(column.values)
    is_certain = len(column.probe) >= CERTAIN and not kind.asks_database and not may_be_meant
    return is_certain and not _readable(column.probe, column, field)


def email_field(entity: EntityDefinition) -> FieldDefinition | None:
    """The field that a column of addresses fills: the unique one, or the only one."""
    found = [field for field in entity.visible_fields if field.type == "Email" and fieldtypes.is_writable(field)]
    return _only(field for field in found if field.unique) or _only(found)


def _only(found: Iterable[FieldDefinition]) -> FieldDefinition | None:
    fields = list(found)
    return fields[0] if len(fields) == 1 else None


def _readable(values: list[str], column: ColumnInspection, field: FieldDefinition) -> int:
    kind = fieldtypes.get(field.type)
    if kind.kind in {"integer", "decimal"} and column.is_grouped:
        return len(values)
    if kind.kind in {"choice", "choices"}:  # the review asks what its words mean
        return len(values) if column.values else 0
    first = [kind.without_surroundings(value.partition(SEVERAL)[0]) for value in values]
    return max(len(values) - len(kind.convert_column(first, field, form)[1]) for form in _formats(kind))


def _formats(kind: fieldtypes.FieldType) -> Iterator[CellFormat]:
    orders = ("iso", "dmy", "mdy") if "dates" in kind.reading_options else ("iso",)
    for order in orders:
        yield CellFormat(order)  # type: ignore[arg-type]  # the words of CellFormat
        if "decimal" in kind.reading_options:
            yield CellFormat(order, ",")  # type: ignore[arg-type]
