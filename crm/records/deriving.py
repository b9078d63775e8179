"""Fields that follow from others: kept equal at every write."""

from typing import Any

from crm.schema.definitions import EntityDefinition


def with_derived(entity: EntityDefinition, values: dict[str, Any]) -> dict[str, Any]:  # Any: typed values
    """The values and what follows from them: `birthDateMonth` is the month of `birthDate`."""
    if "birthDate" not in values or entity.field("birthDateMonth") is None:
        return values
    birth = values["birthDate"]
    return {**values, "birthDateMonth": birth.month if birth else None}
