"""Where a field's values lie: its column by name, and classes that read columns by any name."""

from dataclasses import replace

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.generated import GeneratedModels
from crm.schema.record import Record


def column_name(field: FieldDefinition) -> str:
    return str(field.column["kwargs"]["db_column"])


def lying_in(field: FieldDefinition, column: str, *, name: str = "") -> FieldDefinition:
    """The field with its values in a column of another name; `name` calls it otherwise in the class."""
    stored = {**field.column, "kwargs": {**field.column["kwargs"], "db_column": column}}
    return replace(field, name=name or field.name, column=stored, hidden=False, unique=False)


def same_storage(one: FieldDefinition, other: FieldDefinition) -> bool:
    """Whether two definitions of a field differ in nothing that the table knows, whatever their columns are called."""
    if not one.column or not other.column:
        return not one.column and not other.column
    return lying_in(one, "same").column == lying_in(other, "same").column


def reading(entity: EntityDefinition, *fields: FieldDefinition) -> type[Record]:
    """A class of its own over the entity's table that sees these fields only."""
    seen = EntityDefinition(entity.acronym, entity.names, tuple(fields))
    return GeneratedModels(0, Snapshot({entity.acronym: seen}))[entity.acronym]
