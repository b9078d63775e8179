"""Columns as JSON, the way a snapshot stores them, and back."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from crm.schema.definitions import FieldDefinition

ON_DELETE = "on_delete"  # a function of Django's, stored by its name
Stored = Mapping[str, Any]  # {"path": "django.db.models.CharField", "kwargs": {…}}


def deconstruct_column(column: models.Field) -> dict[str, Any]:
    _name, path, args, kwargs = column.deconstruct()
    if args:
        raise ValueError(f"{path} has positional arguments, which a snapshot does not store")
    return {"path": path, "kwargs": {name: value.__name__ if name == ON_DELETE else value for name, value in kwargs.items()}}


def column_from(stored: Stored, field: FieldDefinition) -> models.Field:
    """The Django field that was stored, labelled as the field is. Only Django's own field classes are made."""
    name = stored["path"].removeprefix("django.db.models.")
    column_class = getattr(models, name)
    kwargs = {name: getattr(models, value) if name == ON_DELETE else value for name, value in stored["kwargs"].items()}
    return column_class(**kwargs, verbose_name=field.label)
