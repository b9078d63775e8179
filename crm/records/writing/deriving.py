"""Fields that follow from others: kept equal at every write."""

from typing import Any

from crm.schema.definitions import EntityDefinition

MONTHS = {"birthDateMonth": "birthDate"}  # the month of which date


def with_derived(entity: EntityDefinition, values: dict[str, Any]) -> dict[str, Any]:  # Any: typed values
    """The values and what follows from them: `birthDateMonth` is the month of `birthDate`."""
    derived = {name: date for name, date in MONTHS.items() if date in values and entity.field(name)}
    return {**values, **{name: values[date].month if values[date] else None for name, date in derived.items()}}
