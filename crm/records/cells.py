"""How a record's values look in a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.extensions import ClusterChip, extensions
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.record import Record


@dataclass(frozen=True)
class Cell:
    """One value as shown: a text, a tick (`is_true`) or a cluster's chip."""

    kind: str
    text: str
    is_true: bool = False
    chip: ClusterChip | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in {"integer", "decimal"}


@dataclass(frozen=True)
class Row:
    record: Record
    title: str
    cells: list[Cell]


def rows_of(records: Iterable[Record], columns: list[FieldDefinition], entity: EntityDefinition) -> list[Row]:
    """Rows whose first cell, which links to the record, is never empty."""
    chips = extensions.cluster_fields(entity)
    return [_row(record, columns, chips) for record in records]


def title_of(record: Record, columns: Iterable[FieldDefinition]) -> str:
    """What to call a record: its first filled text among the columns, else its id."""
    texts = (cell_of(record, column, {}).text for column in columns if fieldtypes.get(column.type).kind == "text")
    return next((text for text in texts if text), record.pk)


def cell_of(record: Record, field: FieldDefinition, chips: Mapping[str, ClusterChip]) -> Cell:
    field_type = fieldtypes.get(field.type)
    value = getattr(record, field.name, None)
    if field_type.kind == "boolean":
        return Cell("boolean", "", bool(value), chips.get(field.name))
    return Cell(field_type.kind, "" if value is None else field_type.display(value, field))


def _row(record: Record, columns: list[FieldDefinition], chips: Mapping[str, ClusterChip]) -> Row:
    cells = [cell_of(record, column, chips) for column in columns]
    return Row(record, cells[0].text if cells and cells[0].text else title_of(record, columns), cells)
