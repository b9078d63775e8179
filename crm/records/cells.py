"""How a record's values look in a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.extensions import ClusterChip, ListedCluster, extensions
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.record import Record, held

LONGEST = 80  # characters of a value in a table
CHIPS = 3  # of a record's clusters; one click shows the others
NAME_PARTS = ("firstName", "lastName")  # of a customer, as the built-in entity has them


@dataclass(frozen=True)
class Cell:
    """One value as shown: a text, a tick (`is_true`) or a cluster's chip."""

    kind: str
    text: str
    is_true: bool = False
    chip: ClusterChip | None = None
    label: str = ""  # before the value where rows are stacked, of what cannot be told by itself

    @property
    def brief(self) -> str:
        return self.text if len(self.text) <= LONGEST else f"{self.text[: LONGEST - 1]}…"

    @property
    def is_number(self) -> bool:
        return self.kind in {"integer", "decimal"}


@dataclass(frozen=True)
class ClustersCell:
    """The clusters that a record is in."""

    chips: Sequence[ClusterChip]
    kind: str = "clusters"
    text: str = ""
    label: str = ""
    is_number: bool = False

    @property
    def first(self) -> Sequence[ClusterChip]:
        return self.chips[:CHIPS]

    @property
    def rest(self) -> Sequence[ClusterChip]:
        return self.chips[CHIPS:]


@dataclass(frozen=True)
class RecordRow:
    """`title` names the link to the record, also where its first cell is empty; `highlights` are what a search adds."""

    record: Record
    title: str
    cells: list[Cell | ClustersCell]
    highlights: Sequence[Any] = ()  # Any: made of cells, by a module that asks this one


def rows_of(
    records: Iterable[Record],
    columns: list[FieldDefinition],
    entity: EntityDefinition,
    chips: Mapping[str, ClusterChip] | None = None,
) -> list[RecordRow]:
    """Rows with what each record is called; the chips of the fields that are clusters are asked for unless given."""
    found = list(records)
    chips = extensions.cluster_fields(entity.acronym) if chips is None else chips
    cells = [cells_of(found, column, chips) for column in columns]
    rows = (list(row) for row in zip(*cells, strict=True)) if columns else ([] for _record in found)
    return [_row(record, row, columns) for record, row in zip(found, rows, strict=True)]


def with_labels(rows: Iterable[RecordRow], labels: Sequence[str]) -> list[RecordRow]:
    """The rows with each column's label at its numbers, moments and ticks: on a small screen no heading stands above them."""
    return [replace(row, cells=[_labelled(*each) for each in zip(row.cells, labels, strict=True)]) for row in rows]


def _labelled(cell: Cell | ClustersCell, label: str) -> Cell | ClustersCell:
    is_mute = cell.is_number or cell.kind in {"boolean", "date", "datetime"}
    is_there = bool(cell.text) or (isinstance(cell, Cell) and cell.is_true)
    return replace(cell, label=label) if is_mute and is_there else cell


def with_clusters(rows: Sequence[RecordRow], at: int, clusters: Sequence[ListedCluster]) -> list[RecordRow]:
    """The rows with a column of all clusters after so many others: one query for all records."""
    found = extensions.clusters_of(clusters, [row.record for row in rows])
    cells = (ClustersCell([cluster.chip for cluster in each]) for each in found)
    return [replace(row, cells=[*row.cells[:at], cell, *row.cells[at:]]) for row, cell in zip(rows, cells, strict=True)]


def chips_of(clusters: Iterable[ListedCluster]) -> dict[str, ClusterChip]:
    """The chip of each field that is a cluster's own."""
    return {cluster.field: cluster.chip for cluster in clusters if cluster.kind in {"hand", "rule"}}


def title_of(record: Record, columns: Iterable[FieldDefinition]) -> str:
    """The title of a record: the name of a person, else its first filled text among the columns, else its id."""
    texts = {column.name: column for column in columns if fieldtypes.get(column.type).kind == "text"}
    name = " ".join(filter(None, (_text(record, texts[part]) for part in NAME_PARTS if part in texts)))
    return name or next(filter(None, (_text(record, column) for column in texts.values())), record.pk)


def _text(record: Record, column: FieldDefinition) -> str:
    return cells_of([record], column, {})[0].text


def cells_of(records: Sequence[Record], field: FieldDefinition, chips: Mapping[str, ClusterChip]) -> list[Cell]:
    """One column of all records: other tables are queried once."""
    kind = fieldtypes.get(field.type)
    values = [held(record, field.name) for record in records]
    if kind.kind == "boolean":
        return [Cell("boolean", "", bool(value), chips.get(field.name)) for value in values]
    return [Cell(kind.kind, text) for text in kind.display_column(values, field)]


def _row(record: Record, cells: list[Cell], columns: list[FieldDefinition]) -> RecordRow:
    return RecordRow(record, cells[0].text if cells and cells[0].text else title_of(record, columns), [*cells])
