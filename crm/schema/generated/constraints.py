"""Uniqueness and indexes of an entity as Django's own constraint objects.

Uniqueness is always a conditional index: empty does not count, and SQLite need not rebuild the table.
"""

import hashlib

from django.db import models
from django.db.models import F, Func, Q

from crm.rules.expressions import Lowercase, WithoutPunctuation
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition


def key_expression(field: FieldDefinition) -> F | Func:
    """What makes two values of a unique field the same, as its type says."""
    sameness = fieldtypes.get(field.type).compared
    if sameness == "exactly":
        return F(field.name)
    return WithoutPunctuation(F(field.name)) if sameness == "by digits" else Lowercase(F(field.name))


def constraint_name(acronym: str, *names: str, suffix: str) -> str:
    """At most 30 characters, Django's limit: readable when it fits, else with a digest."""
    readable = "_".join([acronym.lower(), *names, suffix])
    digest = hashlib.sha256(readable.encode()).hexdigest()[:8]
    return readable if len(readable) <= 30 else f"{readable[:21]}_{digest}"


def named_indexes(entity: EntityDefinition) -> dict[str, IndexDefinition]:
    """Every index of the entity's table by the name that it has there.
    A relationship always has one: its other end is listed by it."""
    singles = [
        IndexDefinition(field.name, (field.name,), unique=field.unique)
        for field in entity.visible_fields
        if field.column and (field.unique or fieldtypes.is_relation(field))
    ]
    return {table_name(entity, index): index for index in [*singles, *entity.live_indexes]}


def table_name(entity: EntityDefinition, index: IndexDefinition) -> str:
    return constraint_name(entity.acronym, index.name, suffix="uniq" if index.unique else "idx")


def unique_constraints(entity: EntityDefinition) -> list[models.UniqueConstraint]:
    return [unique_constraint(entity, index) for index in named_indexes(entity).values() if index.unique]


def unique_constraint(entity: EntityDefinition, index: IndexDefinition) -> models.UniqueConstraint:
    fields = [field for name in index.fields if (field := entity.field(name))]
    return models.UniqueConstraint(
        *map(key_expression, fields),
        condition=Q(**{f"{name}__isnull": False for name in index.fields}),
        name=table_name(entity, index),
    )


def plain_indexes(entity: EntityDefinition) -> list[models.Index]:
    return [plain_index(entity, index) for index in named_indexes(entity).values() if not index.unique]


def plain_index(entity: EntityDefinition, index: IndexDefinition) -> models.Index:
    """One over a single field ends with the id: keyset pages sorted
    by that field then read it in order (`records.lists.paging`)."""
    ending = ["id"] if len(index.fields) == 1 else []
    return models.Index(fields=[*index.fields, *ending], name=table_name(entity, index))
