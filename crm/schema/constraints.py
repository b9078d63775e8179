"""Uniqueness and indexes of an entity as Django's own constraint objects.

Uniqueness is always a conditional index: empty does not count, and SQLite need not rebuild the table.
"""

import hashlib

from django.db import models
from django.db.models import F, Func, Q

from crm.schema.definitions import EntityDefinition, FieldDefinition


class AsciiLower(Func):
    """Lower case of A–Z only: the same on both databases, whatever the database's locale."""

    function = "LOWER"
    output_field = models.CharField()

    def as_postgresql(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, template='LOWER((%(expressions)s) COLLATE "C")', **context)


def key_expression(field: FieldDefinition) -> F | AsciiLower:
    """What makes two values of a unique field the same: e-mails without regard to case, everything else exactly."""
    return AsciiLower(F(field.name)) if field.type == "Email" else F(field.name)


def constraint_name(entity: EntityDefinition, *names: str, suffix: str) -> str:
    """At most 30 characters, as Django wants it: readable when it fits, else with a digest."""
    readable = "_".join([entity.acronym.lower(), *names, suffix])
    digest = hashlib.sha256(readable.encode()).hexdigest()[:8]
    return readable if len(readable) <= 30 else f"{readable[:21]}_{digest}"


def unique_constraints(entity: EntityDefinition) -> list[models.UniqueConstraint]:
    singles = [unique_constraint(entity, field) for field in entity.visible_fields if field.unique and field.column]
    several = [
        models.UniqueConstraint(
            *(F(name) for name in index.fields),
            condition=Q(**{f"{name}__isnull": False for name in index.fields}),
            name=constraint_name(entity, index.name, suffix="uniq"),
        )
        for index in entity.indexes
        if index.unique
    ]
    return singles + several


def unique_constraint(entity: EntityDefinition, field: FieldDefinition) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        key_expression(field),
        condition=Q(**{f"{field.name}__isnull": False}),
        name=constraint_name(entity, field.name, suffix="uniq"),
    )


def plain_indexes(entity: EntityDefinition) -> list[models.Index]:
    return [
        models.Index(fields=list(index.fields), name=constraint_name(entity, index.name, suffix="idx"))
        for index in entity.indexes
        if not index.unique
    ]
