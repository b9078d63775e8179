"""A record's values as JSON for the history, and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from crm.schema import fieldtypes
from crm.schema.fieldtypes.base import InvalidValue
from crm.schema.record import Record, attribute, held

Json = dict[str, Any]  # Any: JSON values


def column_names(record: Record | type[Record]) -> list[str]:
    """The fields of the entity that have a column, in their order."""
    return [field.name for field in record.entity.visible_fields if field.column]


def snapshot(record: Record, names: Iterable[str]) -> Json:
    return {name: json_value(record, name) for name in names}


def json_value(record: Record, name: str) -> Any:
    field, value = record.entity.field(name), held(record, name)
    if field is not None:
        return fieldtypes.get(field.type).to_history(value, field)
    return value.isoformat() if isinstance(value, datetime) else value


def typed_values(model: type[Record], before: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that a whole-row snapshot describes; what the entity no longer has, or can hold, is left out."""
    names = {column.name for column in model._meta.concrete_fields} & before.keys()
    found = ((name, _typed(model, name, before[name])) for name in names)
    return {attribute(model, name): value for name, value in found if value is not None}


def _typed(model: type[Record], name: str, value: Any) -> Any:
    field = model.entity.field(name)
    if field is not None and field.type not in fieldtypes.labels():
        return value
    if field is None:
        return parse_datetime(value) if value and name.endswith("In") else value
    try:
        return fieldtypes.get(field.type).from_history(value, field)
    except InvalidValue:
        return None
