"""Quoted names of tables and columns."""

from django.db import connection

from crm.records.bulk.merge import Merge


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def escaped(text: str) -> str:
    """Text within a statement that is executed with parameters."""
    return text.replace("%", "%%")


def table_of(merge: Merge) -> str:
    return quoted(merge.model._meta.db_table)


def column_of(merge: Merge, field: str) -> str:
    return str(merge.model._meta.get_field(field).column)


def column_type(merge: Merge, field: str) -> str:
    return str(merge.model._meta.get_field(field).db_type(connection))
