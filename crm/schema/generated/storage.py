"""Where a field's values lie: its column by name, and classes that read columns by any name."""

from dataclasses import replace

from django.db import connection

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.generated.classes import GeneratedModels
from crm.schema.record import Record

NEW, OLD = "crm_new_", "crm_old"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def new_name(field_name: str) -> str:
    """The column that is filled beside a field's own before it takes that one's name."""
    return f"{NEW}{field_name}"


def old_name(field_name: str, publication: int) -> str:
    """Below the 63 bytes of a name in PostgreSQL for a field's 50 characters and 99,999 publications."""
    return f"{OLD}{publication}_{field_name}"


def has_rows(table: str, count: int) -> bool:
    """Whether a table has at least so many rows; reads no more than that."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {quoted(table)} LIMIT %s) r", [count])
        return bool(cursor.fetchone()[0] >= count)


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
