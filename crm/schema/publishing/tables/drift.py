"""Compares what was published, hidden and kept columns and indexes too, with the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn
from crm.schema.generated import constraints, current
from crm.schema.generated.storage import column_name, quoted, reading, stored_in
from crm.schema.record import Record, name_of

INDEXES = {
    "postgresql": """
SELECT t.relname, c.relname, i.indisunique, i.indisvalid
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE pg_table_is_visible(t.oid)
""",
    "sqlite": """
SELECT t.name, i.name, i."unique", 1 FROM sqlite_master t JOIN pragma_index_list(t.name) i WHERE t.type = 'table'
""",
}
COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


@dataclass(frozen=True)
class FoundIndex:
    """`is_valid` is False where its build failed."""

    is_unique: bool
    is_valid: bool


def drift() -> list[str]:
    """A message per difference; empty when every published column and index is there as published."""
    with connection.cursor() as cursor:
        tables, found = set(connection.introspection.table_names(cursor)), found_indexes(cursor)
        snapshot = current.newest().snapshot
        entities = [*snapshot, *snapshot.removed.values()]
        return [line for entity in entities for line in _drift_of(cursor, entity, tables, found.get(entity.table, {}))]


def found_indexes(cursor: CursorWrapper) -> dict[str, dict[str, FoundIndex]]:
    """The indexes of every table by name, in one query."""
    cursor.execute(INDEXES[connection.vendor])
    found: dict[str, dict[str, FoundIndex]] = {}
    for table, name, is_unique, is_valid in cursor.fetchall():
        found.setdefault(table, {})[name] = FoundIndex(bool(is_unique), bool(is_valid))
    return found


def _drift_of(cursor: CursorWrapper, entity: EntityDefinition, tables: set[str], found: Mapping[str, FoundIndex]) -> list[str]:
    if entity.table not in tables:
        return [f"Table {entity.table} is missing."]
    return [*_columns(cursor, entity), *_indexes(entity, found)]


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


def _indexes(entity: EntityDefinition, found: Mapping[str, FoundIndex]) -> Iterator[str]:
    for name, index in constraints.named_indexes(entity).items():
        if name not in found:
            yield f"Index {name} on {entity.table} is missing."
            continue
        if not found[name].is_valid:
            yield f"Index {name} on {entity.table} is invalid: its build failed."
        if found[name].is_unique != index.unique:
            is_unique, published = ("" if unique else "not " for unique in (found[name].is_unique, index.unique))
            yield f"Index {name} on {entity.table} is {is_unique}unique, published as {published}unique."


def _column_types(cursor: CursorWrapper, table: str) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA table_info({quoted(table)})")
        return {row[1]: row[2].lower() for row in cursor.fetchall()}
    cursor.execute(COLUMNS, [quoted(table)])
    return {
        name: kind.replace("character varying", "varchar").replace("time without time zone", "time").replace(",", ", ")
        for name, kind in cursor.fetchall()
    }
