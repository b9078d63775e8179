"""Compares the published columns with the database."""

from django.db import connection

from crm.schema import current
from crm.schema.record import Record


def drift() -> list[str]:
    """A sentence per difference; empty when every published column is there with its type."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        return [line for entity in current.newest() for line in _drift_of(cursor, current.newest()[entity.acronym], tables)]


def _drift_of(cursor, model: type[Record], tables: set[str]) -> list[str]:
    table = model._meta.db_table
    if table not in tables:
        return [f"Table {table} is missing."]
    found = _column_types(cursor, table)
    wanted = {column.column: column.db_type(connection).lower() for column in model._meta.fields}
    missing = [f"Column {table}.{name} is missing." for name in wanted if name not in found]
    differ = [
        f"Column {table}.{name} is {found[name]}, published as {kind}."
        for name, kind in wanted.items()
        if name in found and found[name] != kind
    ]
    return missing + differ


def _column_types(cursor, table: str) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA table_info({connection.ops.quote_name(table)})")
        return {row[1]: row[2].lower() for row in cursor.fetchall()}
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [connection.ops.quote_name(table)],
    )
    return {
        name: kind.replace("character varying", "varchar").replace("time without time zone", "time").replace(",", ", ")
        for name, kind in cursor.fetchall()
    }
