"""Validates the raw values of one record, from a form, a request or a cell: typed values, or an error by field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.records.errors import InvalidRecord
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.generated.record_ids import RECORD_ID
from crm.schema.record import Record, bare_id, held

EMPTY = gettext_lazy("The record is entirely empty: fill in at least one field.")
REQUIRED = gettext_lazy("This field is required.")


def checked_changes(
    entity: EntityDefinition, raw: Mapping[str, Any], *, creating: bool, current: Record | None = None
) -> tuple[dict[str, Any], dict[str, str]]:  # Any: raw, typed
    """The typed values of what is written, with defaults when creating, and why others are refused.

    Only named fields are validated. A reason stands for each one that is unknown, read-only,
    required but empty, or refused by its type. A value that the `current` record holds already is
    not judged again, as after its option was retired.
    """
    values: dict[str, Any] = _defaults(entity, raw) if creating else {}
    errors: dict[str, str] = {}
    for name, value in raw.items():
        try:
            values[name] = clean_value(_writable(entity, name), value)
        except InvalidValue as refusal:
            if current is not None and is_held(entity.field(name), value, current):
                values[name] = held(current, name)
            else:
                errors[name] = str(refusal)
    errors |= {name: str(REQUIRED) for name in _missing(entity, values, errors)}
    return values, errors


def is_nothing(value: object) -> bool:
    """Return True for a value that says nothing about a record: no text, no option, a box that is not ticked."""
    return value is None or value is False or value in ("", [])


def is_held(field: FieldDefinition | None, raw: Any, record: Record) -> bool:
    """Return True if a raw value is what the record holds, in one of the forms in which that is given."""
    value = held(record, field.name) if field and field.column else None
    if field is None or value is None:
        return False
    kind = fieldtypes.get(field.type)
    return raw in (value, kind.to_json(value, field), kind.cell(value, field), kind.form_value(value, field))


def clean_value(field: FieldDefinition, raw: Any) -> Any:
    """The typed value of one raw one; raises InvalidValue."""
    field_type = fieldtypes.get(field.type)
    value = field_type.clean(raw, field)
    return empty_value(field) if value is None and field_type.needs_default else value


def empty_value(field: FieldDefinition) -> bool:
    """What a column that is never null holds when no value is given."""
    return bool(fieldtypes.get(field.type).clean(field.default, field))


def clean_id(raw: str, acronym: str) -> str:
    """A record id of the entity in its stored form; raises InvalidRecord."""
    stored = bare_id(trimmed(raw), acronym)
    if not RECORD_ID.fullmatch(stored) or stored == "new":
        reason = _("An id has 1 to 100 letters, digits or any of . _ : - and is not “new”.")
        raise InvalidRecord({"id": reason})
    return stored


def writable_fields(entity: EntityDefinition) -> list[FieldDefinition]:
    return [field for field in entity.visible_fields if fieldtypes.is_writable(field)]


def _writable(entity: EntityDefinition, name: str) -> FieldDefinition:
    field = entity.field(name)
    if field is None:
        raise InvalidValue(_("%(entity)s has no field of this name.") % {"entity": entity.name})
    if not fieldtypes.is_writable(field):
        raise InvalidValue(_("This field is read-only."))
    return field


def _defaults(entity: EntityDefinition, raw: Mapping[str, Any]) -> dict[str, Any]:
    missing = (field for field in entity.visible_fields if field.column and field.name not in raw)
    return {field.name: default_value(field) for field in missing}


def default_value(field: FieldDefinition) -> Any:
    """What a new record holds when no value is given.

    None where the default no longer fits, as when its option was removed: that is not the writer's fault.
    """
    try:
        return clean_value(field, field.default)
    except InvalidValue:
        return None


def _missing(entity: EntityDefinition, values: Mapping[str, Any], errors: Mapping[str, str]) -> list[str]:
    required = (field.name for field in writable_fields(entity) if not field.nullable)
    return [name for name in required if name in values and values[name] is None and name not in errors]
