"""Refuses values that their field no longer takes, unless the record holds them already: what is stored is not judged again.

The staged row marks such a value: it changes nothing, and is compared with what is stored.
"""

from collections.abc import Iterator

from crm.records.bulk.expressions import compared_with_records, is_doubted
from crm.records.bulk.merge import CREATED, KEYLESS, REFUSED, REPEATED, SKIPPED, RowRefusal, StagedMerge
from crm.records.bulk.names import quoted, stored
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import rows
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.base import reason_against

NOT_HELD = "not_held"  # the code of these refusals
UNWRITTEN = ", ".join(f"'{outcome}'" for outcome in (REFUSED, SKIPPED, REPEATED, KEYLESS))  # their values reach no record


def not_held(merge: StagedMerge) -> Iterator[RowRefusal]:
    for name in _doubted_fields(merge) if merge.has_doubts else ():
        field: FieldDefinition = merge.model.entity.field(name)  # type: ignore[assignment]  # a column of the worksheet
        for row, value in _found(merge, name):
            yield from refused(
                merge, name, [(row, fieldtypes.get(field.type).cell(value, field))], _reason(field, value), NOT_HELD
            )


def _doubted_fields(merge: StagedMerge) -> list[str]:
    marks = rows(f"SELECT DISTINCT crm_cleared FROM {quoted(merge.staging)} WHERE crm_cleared LIKE '%%?%%'")
    found = {word.removeprefix("?") for (mark,) in marks for word in mark.split(",") if word.startswith("?")}
    return [name for name in merge.columns if name in found]


def _found(merge: StagedMerge, name: str) -> list[tuple]:
    """Row and value; of a column that only new records get, nothing is asked of the others."""
    differs = f"{stored(merge.model, name)} IS DISTINCT FROM s.{quoted(name)}" if name in merge.written_columns else "1 = 0"
    wanted = f"o.outcome = '{CREATED}' OR (o.outcome NOT IN ({UNWRITTEN}) AND {differs})"
    return rows(f"SELECT s.crm_row, s.{quoted(name)} FROM {compared_with_records(merge)} WHERE {is_doubted(name)} AND ({wanted})")


def _reason(field: FieldDefinition, value: object) -> str:
    kind = fieldtypes.get(field.type)
    try:
        return reason_against(kind.read(value, field), kind.limits(field, is_typed=True))
    except InvalidValue as refusal:
        return str(refusal)
