"""Quoted names of tables, and the columns of fields."""

from django.db import connection

from crm.records.dialects.quoting import escaped, quoted
from crm.schema.record import Record, name_of, stored_field

__all__ = ["column_of", "column_type", "escaped", "quoted", "stored", "table_of"]


def table_of(model: type[Record]) -> str:
    return quoted(model._meta.db_table)


def column_of(model: type[Record], field: str) -> str:
    """Return the column of a field, not quoted."""
    return name_of(stored_field(model, field))


def column_type(model: type[Record], field: str) -> str:
    return str(stored_field(model, field).db_type(connection))


def stored(model: type[Record], field: str) -> str:
    """Return the value of a field in the stored record r."""
    return f"r.{quoted(column_of(model, field))}"
