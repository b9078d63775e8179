"""What a rehearsal found, as its page shows it: clusters, changed cells, rows by what becomes of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.extensions import ClusterChip
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.bulk import preview
from crm.records.bulk.merge import CREATED, SKIPPED, UNCHANGED
from crm.records.cells import title_of
from crm.records.exact_texts import distinguished
from crm.records.layouts import layout_of
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.results import Rehearsal

OUTCOMES = {"created": CREATED, "skipped": SKIPPED, "unchanged": UNCHANGED}
COLUMNS = 6  # of a row that is shown
Chips = Mapping[str, ClusterChip]  # by the cluster's field, in the order of the catalogue


@dataclass(frozen=True)
class ShownChange:
    """One cell, old and new; `chip` where it is membership of a cluster, `is_true` then says that it is joined."""

    label: str
    before: str
    after: str
    chip: ClusterChip | None = None
    is_true: bool = False


@dataclass(frozen=True)
class ShownRecord:
    """A record that changes; without a row number it leaves a cluster, since it is in no row."""

    row: int | None
    title: str
    url: str
    changes: list[ShownChange]


@dataclass(frozen=True)
class ShownRow:
    row: int
    cells: list[str]


@dataclass(frozen=True)
class FindingsPage:
    """A page of something, and where the next one begins."""

    items: Sequence[Any]  # Any: one of the above
    next: int | None = None
    headers: Sequence[str] = field(default=())


@dataclass(frozen=True)
class ShownMovement:
    """Who joins and leaves a cluster."""

    chip: ClusterChip
    joins: int
    leaves: int


def movements(rehearsal: Rehearsal, chips: Chips) -> list[ShownMovement]:
    """Only of clusters that somebody joins or leaves."""
    found = rehearsal.movements
    return [ShownMovement(chip, found[name].joins, found[name].leaves) for name, chip in chips.items() if name in found]


def cells_by_field(rehearsal: Rehearsal, entity: EntityDefinition) -> list[tuple[FieldDefinition, int]]:
    """How many cells of existing records change, most first, then in the order of the fields: JSON keeps none."""
    counted = rehearsal.cells
    return sorted(
        ((known, counted[known.name]) for known in entity.visible_fields if known.name in counted), key=lambda pair: -pair[1]
    )


def changes(prepared: Prepared, actor: Actor, chips: Chips, *, after: int = 0, limit: int, name: str = "") -> FindingsPage:
    """Records that change from place `after` on, with every cell that the person may read."""
    entity = prepared.plan.model.entity
    fields = {known.name: known for known in readable(actor, entity)}
    found = preview.changed_rows(prepared.merge, after=after, limit=limit + 1, field=name if name in fields else "")
    shown = list(_records(found[:limit], fields, entity, actor, chips))
    return FindingsPage(shown, found[limit - 1].place if len(found) > limit else None)


def rows(prepared: Prepared, outcome: str, *, after: int = 0, limit: int) -> FindingsPage:
    """Rows of the worksheet that are created, skipped or unchanged, with the fields that they fill, the key first."""
    found = preview.staged_rows(prepared.merge, OUTCOMES[outcome], after=after, limit=limit + 1)
    fields = list(_shown_fields(prepared.merge))
    columns = [_texts(known, [row.values[name] for row in found[:limit]]) for name, known in fields]
    shown = [ShownRow(row.row, [column[place] for column in columns]) for place, row in enumerate(found[:limit])]
    headers = [known.label if known else _("Record id") for _name, known in fields]
    return FindingsPage(shown, found[limit - 1].row if len(found) > limit else None, headers)


def _shown_fields(merge: bulk.Merge) -> Iterator[tuple[str, FieldDefinition | None]]:
    keyed = [name for name in merge.keys if name in merge.columns]
    rest = [name for name in merge.columns if name not in {*keyed, *merge.removing}]
    for name in [*keyed, *rest][:COLUMNS]:
        yield name, merge.model.entity.field(name)


def _records(
    found: Sequence[preview.RowChange],
    fields: Mapping[str, FieldDefinition],
    entity: EntityDefinition,
    actor: Actor,
    chips: Chips,
) -> Iterator[ShownRecord]:
    texts, titles = _texts_of_cells(found, fields), layout_of(entity, actor=actor).columns
    for change in found:
        cells = [
            ShownChange(fields[cell.field].label, *texts[change.place, cell.field], chips.get(cell.field), bool(cell.after))
            for cell in change.cells
            if cell.field in fields
        ]
        title = title_of(change.record, titles)
        yield ShownRecord(change.row, title, record_url(entity.acronym, change.record.pk), cells)


def _texts_of_cells(
    found: Sequence[preview.RowChange], fields: Mapping[str, FieldDefinition]
) -> dict[tuple[int, str], tuple[str, str]]:
    """Old and new by place and field; those of one field are made together, since some types ask other tables for them."""
    made: dict[tuple[int, str], tuple[str, str]] = {}
    for name, known in fields.items():
        cells = [(change.place, cell) for change in found for cell in change.cells if cell.field == name]
        before, after = (_texts(known, [getattr(cell, side) for _place, cell in cells]) for side in ("before", "after"))
        for (place, cell), texts in zip(cells, zip(before, after, strict=True), strict=True):
            made[place, name] = distinguished(texts, (cell.before, cell.after), known)
    return made


def _texts(known: FieldDefinition | None, values: list[Any]) -> list[str]:  # Any: typed values
    if known is None or not values:
        return ["" if value is None else str(value) for value in values]
    return fieldtypes.get(known.type).display_column(values, known)
