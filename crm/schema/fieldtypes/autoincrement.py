"""A number that the system counts up."""

from typing import Any

from django.db import models

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.number import Long


class AutoIncrement(Long):
    """The number after the last one that was given out, for each new record; unique, and never given out twice.

    A number that was taken for a record which then was not stored leaves a gap.
    """

    label = "Auto Increment"
    options = ()  # type: ignore[assignment]  # none of those of a number that is typed
    filled_with = "number"
    same_values_as = frozenset()
    is_always_unique = True
    can_be_required = False
    can_have_default = False
    is_public = False

    def display(self, value: Any, field: FieldDefinition) -> str:
        """It names its record, so its digits are not set apart."""
        return self.cell(value, field)

    def column(self, field: FieldDefinition) -> models.Field:
        return models.BigIntegerField(null=True, db_column=field.name)
