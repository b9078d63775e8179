"""Compares what was published, hidden and kept columns and indexes too, with the database."""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.utils import CursorWrapper

from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn
from crm.schema.generated import constraints, current
from crm.schema.generated.storage import column_name, quoted, reading, stored_in
from crm.schema.record import Record, name_of

INDEXES = """
SELECT c.relname, i.indisunique, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass
"""
COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


def drift() -> list[str]:
    """A message per difference; empty when every published column and index is there as published."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        snapshot = current.newest().snapshot
        return [line for entity in [*snapshot, *snapshot.removed.values()] for line in _drift_of(cursor, entity, tables)]


def _drift_of(cursor: CursorWrapper, entity: EntityDefinition, tables: set[str]) -> list[str]:
    if entity.table not in tables:
        return [f"Table {entity.table} is missing."]
    return [*_columns(cursor, entity), *_indexes(cursor, entity)]


def _columns(cursor: CursorWrapper, entity: EntityDefinition) -> Iterator[str]:
    found = _column_types(cursor, entity.table)
    for column in whole_table(entity)._meta.fields:
        name, kind = name_of(column), str(column.db_type(connection)).lower()
        if name not in found:
            yield f"Column {entity.table}.{name} is missing."
        elif found[name] != kind:
            yield f"Column {entity.table}.{name} is {found[name]}, published as {kind}."


def whole_table(entity: EntityDefinition) -> type[Record]:
    """A class that sees every column that was published: of hidden fields and those that retypes kept, too."""
    fields = [stored_in(field, column_name(field)) for field in entity.fields if field.column]
    return reading(entity, *fields, *map(_kept_field, entity.kept))


def _kept_field(kept: KeptColumn) -> FieldDefinition:
    return stored_in(kept.field, kept.name, name=kept.name)


def _indexes(cursor: CursorWrapper, entity: EntityDefinition) -> Iterator[str]:
    found = _indexes_of(cursor, entity.table)
    for name, index in constraints.named_indexes(entity).items():
        if name not in found:
            yield f"Index {name} on {entity.table} is missing."
            continue
        unique, valid = found[name]
        if not valid:
            yield f"Index {name} on {entity.table} is invalid: its build failed."
        if unique != index.unique:
            yield f"Index {name} on {entity.table} is {'' if unique else 'not '}unique, published as {'' if index.unique else 'not '}unique."


def _indexes_of(cursor: CursorWrapper, table: str) -> dict[str, tuple[bool, bool]]:
    """Name: whether it is unique, whether it is valid."""
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA index_list({quoted(table)})")
        return {row[1]: (bool(row[2]), True) for row in cursor.fetchall()}
    cursor.execute(INDEXES, [quoted(table)])
    return {name: (unique, valid) for name, unique, valid in cursor.fetchall()}


def _column_types(cursor: CursorWrapper, table: str) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA table_info({quoted(table)})")
        return {row[1]: row[2].lower() for row in cursor.fetchall()}
    cursor.execute(COLUMNS, [quoted(table)])
    return {
        name: kind.replace("character varying", "varchar").replace("time without time zone", "time").replace(",", ", ")
        for name, kind in cursor.fetchall()
    }
