"""Unique values checked before they are written, so that the refusal can name field and value."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.records.errors import refuse
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated.constraints import key_expression
from crm.schema.record import Record, held


def refuse_repeated(record: Record, changed: Mapping[str, Any], *, creating: bool) -> None:  # Any: typed values
    """Raises InvalidRecord when another record holds a unique value that `record` is about to take."""
    refuse(repeated_values(record, changed, creating=creating))


def repeated_values(record: Record, changed: Mapping[str, Any], *, creating: bool) -> dict[str, str]:  # Any: typed values
    """The reasons by field: another record holds what `record` is about to take."""
    others = type(record).objects.exclude(pk=record.pk)
    errors = dict(_repeated_fields(record.entity, others, changed))
    errors |= dict(_repeated_indexes(record, others, changed))
    if creating and type(record).objects.filter(pk=record.pk).exists():
        errors["id"] = _("A record with the id “%(value)s” already exists.") % {"value": record.pk}
    return errors


def same_value(records: QuerySet[Record], field: FieldDefinition, value: Any) -> QuerySet[Record]:
    """The records whose unique field counts as equal to `value`, as the field's type compares."""
    key = fieldtypes.get(field.type).key(value)
    # "is not null" repeats the condition of the index, so that both databases use it.
    return records.alias(**{f"crm_key_{field.name}": key_expression(field)}).filter(
        **{f"crm_key_{field.name}": key, f"{field.name}__isnull": False}
    )


def _repeated_fields(entity: EntityDefinition, others: QuerySet[Record], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in changed.items():
        field = entity.field(name)
        if field and field.unique and value is not None and same_value(others, field, value).exists():
            yield name, _("“%(value)s” already belongs to another record.") % {"value": value}


def _repeated_indexes(record: Record, others: QuerySet[Record], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for index in record.entity.live_indexes:
        values = {name: held(record, name) for name in index.fields}
        is_touched = index.unique and changed.keys() & values and None not in values.values()
        if is_touched and _same_values(record, others, values).exists():
            shown = ", ".join(str(value) for value in values.values())
            yield index.fields[0], _("“%(value)s” already belongs to another record.") % {"value": shown}


def _same_values(record: Record, others: QuerySet[Record], values: Mapping[str, Any]) -> QuerySet[Record]:
    for name, value in values.items():
        if field := record.entity.field(name):
            others = same_value(others, field, value)
    return others
