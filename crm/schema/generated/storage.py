"""Where a field's values are stored: names of columns, and classes that read a column under another name."""

from dataclasses import replace

from django.db import connection

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.generated.classes import GeneratedModels
from crm.schema.record import Record

NEW, OLD = "crm_new_", "crm_old"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def shadow_name(field_name: str) -> str:
    """The shadow column that is filled before it takes the name of the field's own."""
    return f"{NEW}{field_name}"


def kept_name(field_name: str, publication: int) -> str:
    """Below the 63 bytes of a name in PostgreSQL for a field's 50 characters and 99,999 publications."""
    return f"{OLD}{publication}_{field_name}"


def has_rows(table: str, count: int) -> bool:
    """Return True if a table has at least so many rows; reads only that many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {quoted(table)} LIMIT %s) r", [count])
        return bool(cursor.fetchone()[0] >= count)


def column_name(field: FieldDefinition) -> str:
    return str(field.column["kwargs"]["db_column"])


def stored_in(field: FieldDefinition, column: str, *, name: str = "") -> FieldDefinition:
    """The field with its values in a column of another name; `name` calls it otherwise in the class."""
    stored = {**field.column, "kwargs": {**field.column["kwargs"], "db_column": column}}
    return replace(field, name=name or field.name, column=stored, hidden=False, unique=False)


def same_storage(one: FieldDefinition, other: FieldDefinition) -> bool:
    """Return True if two definitions of a field are stored alike, whatever their columns are called."""
    if not one.column or not other.column:
        return not one.column and not other.column
    return stored_in(one, "same").column == stored_in(other, "same").column


def reading(entity: EntityDefinition, *fields: FieldDefinition) -> type[Record]:
    """A class of its own over the entity's table that sees these fields only."""
    seen = EntityDefinition(entity.acronym, entity.names, tuple(fields))
    return GeneratedModels(0, Snapshot({entity.acronym: seen}))[entity.acronym]
