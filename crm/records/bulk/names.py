"""Quoted names of tables and columns."""

from typing import Protocol

from django.db import connection

from crm.schema.record import Record, name_of, stored_field


class OfModel(Protocol):
    """A merge, or its way back."""

    @property
    def model(self) -> type[Record]: ...


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def escaped(text: str) -> str:
    """Text within a statement that is executed with parameters."""
    return text.replace("%", "%%")


def table_of(merge: OfModel) -> str:
    return quoted(merge.model._meta.db_table)


def column_of(merge: OfModel, field: str) -> str:
    return name_of(stored_field(merge.model, field))


def column_type(merge: OfModel, field: str) -> str:
    return str(stored_field(merge.model, field).db_type(connection))
