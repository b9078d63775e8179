"""Detects the best key of a worksheet: the column that finds the most existing records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated.constraints import key_expression
from crm.schema.generated.record_ids import known_ids
from crm.schema.record import Record, bare_id
from crm.worksheets.mapping.cell_evidence import holds_addresses
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.inspection import ColumnInspection, Inspection

ENOUGH = 0.8  # of a column's values must be such as the field takes
GOOD_PART = 0.5  # of the values of a column that is not named as the field must be known
LOOKED_UP = 10_000  # values of all columns together, but for those that are named as a field
FEWEST = 5  # of each


@dataclass(frozen=True)
class KeyCandidate:
    """A column (by its place) as a field, and how many of the values that were tried are known."""

    position: int
    field: str
    known: int
    tried: int

    @property
    def share(self) -> float:
        return self.known / self.tried if self.tried else 0.0


def best_key(model: type[Record], inspection: Inspection, mapped: dict[int, str], choices: ImportChoices) -> KeyCandidate | None:
    """The column that finds the largest share of its values; where two find as many, one that is named as the field.

    A column of another name is a key only if it finds a good part of them: a few ages are somebody's number, too.
    """
    most = max(FEWEST, LOOKED_UP // max(1, len(inspection.columns)))
    probes = {place: column.probe if place in mapped else column.probe[:most] for place, column in enumerate(inspection.columns)}
    found = [*_by_id(model, probes)]
    for field in model.entity.visible_fields:
        if field.unique and field.column:
            found += _by_field(model, field, _readable(field, probes, inspection.columns, choices))
    likely = [key for key in found if key.known and (mapped.get(key.position) == key.field or key.share >= GOOD_PART)]
    return max(likely, key=lambda key: (key.share, mapped.get(key.position) == key.field), default=None)


def _by_id(model: type[Record], probes: Mapping[int, list[str]]) -> Iterator[KeyCandidate]:
    known = known_ids({value for probe in probes.values() for value in probe}, model)
    for position, probe in probes.items():
        if stored := {known[value] for value in probe if value in known}:
            unknown = {bare_id(value, model.entity.acronym) for value in probe if value not in known}
            yield KeyCandidate(position, "id", len(stored), len(stored | unknown))


def _readable(
    field: FieldDefinition, probes: Mapping[int, list[str]], columns: Sequence[ColumnInspection], choices: ImportChoices
) -> dict[int, set[Any]]:  # Any: keys as the field type makes them
    """The keys of the columns whose values are such as the field takes. The first values alone tell of most that they are not."""
    kind, found = fieldtypes.get(field.type), {}
    for position, probe in probes.items():
        if field.type == "Email" and not holds_addresses(columns[position]):
            continue
        form = choices.cells_of(columns[position].header)
        if not probe or len(kind.convert_column(probe[:FEWEST], field, form)[1]) == len(probe[:FEWEST]):
            continue
        values, refusals = kind.convert_column(probe, field, form)
        if len(refusals) <= (1 - ENOUGH) * len(values):
            found[position] = {kind.key(value) for value in values if value is not None}
    return found


def _by_field(
    model: type[Record], field: FieldDefinition, keys: Mapping[int, set[Any]]
) -> Iterator[KeyCandidate]:  # Any: as `_readable`
    """One query for all columns."""
    wanted = set().union(*keys.values())
    if not wanted:
        return
    # "is not null" repeats the condition of the index, so that both databases use it.
    records = model.objects.alias(crm_key=key_expression(field)).filter(crm_key__in=wanted, **{f"{field.name}__isnull": False})
    kind = fieldtypes.get(field.type)
    known = {kind.key(value) for value in records.values_list(field.name, flat=True)}
    for position, own in keys.items():
        yield KeyCandidate(position, field.name, len(own & known), len(own))
