"""The base of every generated model: the system columns that each record table has."""

import secrets
import time
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from crm.schema.definitions import EntityDefinition

SYSTEM_FIELDS = (
    "id", "createdBy", "createdIn", "updatedBy", "updatedIn", "lastInteractionBy", "lastInteractionIn", "followers", "tags",
)  # fmt: skip


class ByteOrderedChar(models.CharField):
    """Text compared byte by byte on both databases, so that keyset pages and Python agree on the order."""

    def db_parameters(self, connection) -> dict:
        parameters = super().db_parameters(connection)
        return {**parameters, "collation": "C"} if connection.vendor == "postgresql" else parameters


def new_record_id() -> str:
    """A UUID of version 7: time-ordered, so that indexes grow at their end, and no sequence is shared between machines."""
    milliseconds = time.time_ns() // 1_000_000
    digits = f"{milliseconds:012x}7{secrets.randbits(12):03x}{0x8000 | secrets.randbits(14):04x}{secrets.randbits(48):012x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def bare_id(written: str, acronym: str) -> str:
    """An id as it is stored: in lower case, without the acronym of its entity that may stand before it (`CL-` and the id)."""
    return written.strip().lower().removeprefix(f"{acronym.lower()}-")


def possible_ids(written: str, acronym: str) -> tuple[str, ...]:
    """The stored ids that a text may mean, the likeliest first: exactly this one, then without the acronym of its entity."""
    return tuple(dict.fromkeys((written.strip().lower(), bare_id(written, acronym))))


class Record(models.Model):
    """The documented system fields and the version counter; nothing else may be added without a migration of all tables."""

    entity: ClassVar[EntityDefinition]
    objects: ClassVar[models.Manager]

    id = ByteOrderedChar(primary_key=True, max_length=100, default=new_record_id)
    createdBy = models.CharField(max_length=50, null=True, db_column="createdBy")
    createdIn = models.DateTimeField(null=True, db_column="createdIn")
    updatedBy = models.CharField(max_length=50, null=True, db_column="updatedBy")
    updatedIn = models.DateTimeField(null=True, db_column="updatedIn")
    lastInteractionBy = models.CharField(max_length=50, null=True, db_column="lastInteractionBy")
    lastInteractionIn = models.DateTimeField(null=True, db_column="lastInteractionIn")
    followers = models.TextField(null=True)
    tags = models.TextField(null=True)
    crm_version = models.IntegerField(db_default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.entity.acronym}-{self.pk}"

    def __reduce__(self) -> tuple:
        """Copies are of this very class: by its name Django would seek it among the installed apps, where it is not."""
        _by_name, _name, state = cast(tuple[Any, ...], super().__reduce__())
        return _unfilled, (type(self),), state


def attribute(model: type[Record], name: str) -> str:
    """Where a record keeps the value of a field: a relationship's id is stored next to the record that it refers to."""
    try:
        return str(stored_field(model, name).attname)
    except FieldDoesNotExist:  # a Rule
        return name


def held(record: Record, name: str) -> Any:  # Any: a typed value
    """The value of a field; of a relationship the id, without asking for the other record. None for a field without a column."""
    return getattr(record, attribute(type(record), name), None)


def assign(record: Record, values: Mapping[str, Any]) -> None:  # Any: typed values
    """Gives the fields these values; nothing is stored."""
    for name, value in values.items():
        setattr(record, attribute(type(record), name), value)


def _unfilled(model: type[Record]) -> Record:
    return model.__new__(model)


def stored_field(model: type[models.Model], name: str) -> models.Field:
    """Raises FieldDoesNotExist."""
    return model._meta.get_field(name)  # type: ignore[return-value]  # no relation from elsewhere has the name of a field


def name_of(column: models.Field) -> str:
    """As the table calls it, not yet quoted."""
    return str(column.column)


def related_records(relation: models.ForeignKey | models.ForeignObjectRel) -> type[Record]:
    """The related model: generated models refer to generated models only."""
    return relation.related_model  # type: ignore[return-value]
