"""What is wrong with a record as it would be, all of it at once; nothing is written."""

from collections.abc import Mapping
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from crm.records.entity_rules import record_errors, with_derived
from crm.records.errors import InvalidRecord
from crm.records.validating import EMPTY, checked_changes, clean_id, is_nothing, writable_fields
from crm.records.writing.attachments import FileChanges, file_errors
from crm.records.writing.uniqueness import repeated_values
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import is_relation
from crm.schema.record import Record, assign, held, new_record_id, related_records, stored_field

Values = Mapping[str, Any]  # Any: raw values as form, request or cell gave them
Errors = dict[str, str]  # a reason by field, of the record as a whole by no name


def drafted(model: type[Record], values: Values, record_id: str | None, files: FileChanges) -> tuple[Record, Errors]:
    """The record as it would be made, without its files, and all that is wrong with it.

    Repeated values are looked for where something else is wrong; else they are when it is stored.
    """
    entity = model.entity
    typed, errors = checked_changes(entity, values, creating=True)
    typed = with_derived(entity, typed)
    record_pk, id_errors = _new_id(model, record_id)
    record = model(id=record_pk, crm_version=1)
    assign(record, typed)
    errors = record_errors(entity, typed, typed) | file_errors(entity, files) | id_errors | errors
    if errors:
        errors = repeated_values(record, typed, creating=not id_errors) | errors
    elif not (record_id or files or any(not is_nothing(typed[name]) for name in values)) and _can_be_filled(model):
        errors = {"": str(EMPTY)}  # defaults alone make no record
    return record, errors


def creation_errors(model: type[Record], values: Values, record_id: str | None, files: FileChanges) -> Errors:
    """What `saving.create` would refuse, for a page that refuses something itself already."""
    record, errors = drafted(model, values, record_id, files)
    return errors or repeated_values(record, {name: held(record, name) for name in values}, creating=True)


def checked(current: Record, values: Values, files: FileChanges) -> tuple[dict[str, Any], Errors]:
    """The typed values and, where one is refused, all that is wrong with the record as it would be."""
    typed, errors = checked_changes(current.entity, values, creating=False, current=current)
    errors |= file_errors(current.entity, files)
    typed = with_derived(current.entity, typed)
    return typed, all_errors(current, typed) | errors if errors else {}


def update_errors(record: Record, values: Values, files: FileChanges) -> Errors:
    """As `creation_errors`, of an existing record."""
    current = type(record).objects.filter(pk=record.pk).first()
    if current is None:
        return {}
    typed, errors = checked(current, values, files)
    return errors or all_errors(current, typed)


def all_errors(current: Record, typed: Mapping[str, Any]) -> Errors:
    """What is wrong with valid values together, and with those of other records. `current` takes the values on."""
    changed = {name: value for name, value in typed.items() if held(current, name) != value}
    wrong = record_errors(current.entity, changed, {**vars(current), **changed})
    assign(current, changed)
    return repeated_values(current, changed, creating=False) | wrong


def _can_be_filled(model: type[Record]) -> bool:
    """Return True if there is a field that a person can give a value; the first record of all has none to refer to."""
    return any(not is_relation(field) or _target(model, field).objects.exists() for field in writable_fields(model.entity))


def _target(model: type[Record], field: FieldDefinition) -> type[Record]:
    return related_records(cast(models.ForeignKey, stored_field(model, field.name)))


def _new_id(model: type[Record], record_id: str | None) -> tuple[str, Errors]:
    """The id that a new record gets; where the given one is refused another, with the reason."""
    try:
        if record_id:
            return clean_id(record_id, model.entity.acronym), {}
    except InvalidRecord as refusal:
        return new_record_id(), refusal.errors
    needs_id = model.entity.key == "given"
    return new_record_id(), {"id": _("Records of this entity are created with an id: enter it.")} if needs_id else {}
