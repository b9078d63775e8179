"""Detects the best key of a worksheet: the column that finds the most existing records."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated.constraints import key_expression
from crm.schema.generated.record_ids import known_ids
from crm.schema.record import Record, bare_id
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.inspection import ColumnInspection, Inspection

ENOUGH = 0.8  # of a column's values must be such as the field takes


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
    """The column that finds the largest share of its values; where two find as many, one that is named as the field."""
    found = [key for position, column in enumerate(inspection.columns) for key in _keys(model, position, column, choices)]
    known = [key for key in found if key.known]
    return max(known, key=lambda key: (key.share, mapped.get(key.position) == key.field), default=None)


def _keys(model: type[Record], position: int, column: ColumnInspection, choices: ImportChoices) -> Iterator[KeyCandidate]:
    if column.probe:
        yield _by_id(model, position, column)
        for field in model.entity.visible_fields:
            if field.unique and field.column:
                yield _by_field(model, field, position, column, choices)


def _by_id(model: type[Record], position: int, column: ColumnInspection) -> KeyCandidate:
    known = known_ids(column.probe, model)
    ids = {known.get(value) or bare_id(value, model.entity.acronym) for value in column.probe}
    return KeyCandidate(position, "id", len(set(known.values())), len(ids))


def _by_field(
    model: type[Record], field: FieldDefinition, position: int, column: ColumnInspection, choices: ImportChoices
) -> KeyCandidate:
    kind = fieldtypes.get(field.type)
    values, refusals = kind.convert_column(column.probe, field, choices.cells_of(column.header))
    keys = {kind.key(value) for value in values if value is not None}
    if len(refusals) > (1 - ENOUGH) * len(values) or not keys:
        return KeyCandidate(position, field.name, 0, len(values))
    # "is not null" repeats the condition of the index, so that both databases use it.
    records = model.objects.alias(crm_key=key_expression(field)).filter(crm_key__in=keys, **{f"{field.name}__isnull": False})
    return KeyCandidate(position, field.name, records.count(), len(keys))
