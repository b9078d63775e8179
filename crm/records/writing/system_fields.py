"""Fields that the system fills: who wrote the record, and numbers that count up."""

from typing import Any

from crm.people.actors import Actor
from crm.records.writing.numbering import next_number
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.userlogin import CREATED
from crm.schema.record import Record, held


def filled_fields(entity: EntityDefinition, what: str) -> list[FieldDefinition]:
    return [field for field in entity.visible_fields if field.column and fieldtypes.get(field.type).filled_with == what]


def people_fields(entity: EntityDefinition, *, creating: bool) -> list[FieldDefinition]:
    """Those that take the writing user: all of a new record, of an existing one those that follow every change."""
    return [field for field in filled_fields(entity, "user") if creating or field.options.get("when") != CREATED]


def author_names(entity: EntityDefinition) -> frozenset[str]:
    """The fields that follow whoever writes, hidden ones too. History has them, but no undo puts them back: it writes its own."""
    known = (field for field in entity.fields if field.type in fieldtypes.labels())
    return frozenset(field.name for field in known if fieldtypes.get(field.type).filled_with == "user")


def filled_at_creation(record: Record, *, by: Actor) -> dict[str, Any]:  # Any: typed values
    """What a new record gets; a restored one keeps what it had."""
    empty = {field.name for field in record.entity.visible_fields if held(record, field.name) is None}
    numbers = (field.name for field in filled_fields(record.entity, "number") if field.name in empty)
    people = (field.name for field in people_fields(record.entity, creating=True) if field.name in empty)
    return {name: next_number(type(record), name) for name in numbers} | dict.fromkeys(people, user_id(by))


def filled_at_change(entity: EntityDefinition, *, by: Actor) -> dict[str, str | None]:
    return dict.fromkeys((field.name for field in people_fields(entity, creating=False)), user_id(by))


def user_id(by: Actor) -> str | None:
    return str(by.user_id) if by.user_id else None
