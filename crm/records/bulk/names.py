"""Quoted names of tables and columns."""

from typing import Protocol

from django.db import connection, models

from crm.schema.record import Record


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


def stored_field(model: type[Record], name: str) -> models.Field:
    return model._meta.get_field(name)  # type: ignore[return-value]  # no relation from elsewhere has the name of a field


def name_of(column: models.Field) -> str:
    """As the table calls it, not yet quoted."""
    return str(column.column)


def column_of(merge: OfModel, field: str) -> str:
    return name_of(stored_field(merge.model, field))


def column_type(merge: OfModel, field: str) -> str:
    return str(stored_field(merge.model, field).db_type(connection))
