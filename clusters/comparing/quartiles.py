"""Quartiles of numbers and dates: the first values that a quarter, a half and three quarters of the filled ones do not exceed."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Aggregate, Q, QuerySet

from crm.schema.record import Record, stored_field

SHARES = (0.25, 0.5, 0.75)
Three = tuple[Any, Any, Any]  # typed values of a field


class Percentiles(Aggregate):
    function = "PERCENTILE_DISC"
    template = f"%(function)s(ARRAY[{', '.join(map(str, SHARES))}]) WITHIN GROUP (ORDER BY %(expressions)s)"


def quartiles(records: QuerySet[Record], condition: Q, names: Sequence[str]) -> dict[str, Three | None]:
    """By field; None where nothing is filled."""
    chosen = records.order_by().filter(condition)
    found = (
        _aggregated(chosen, names) if connection.vendor == "postgresql" else {name: _looked_up(chosen, name) for name in names}
    )
    return {name: tuple(three) if three else None for name, three in found.items()}  # type: ignore[misc]  # three of them


def _aggregated(records: QuerySet[Record], names: Sequence[str]) -> dict[str, Any]:  # Any: lists of typed values
    columns = {
        f"crm_{name}": Percentiles(name, output_field=ArrayField(stored_field(records.model, name).clone())) for name in names
    }
    numbers = records.aggregate(**columns) if columns else {}
    return {name: numbers[f"crm_{name}"] for name in names}


def _looked_up(records: QuerySet[Record], name: str) -> list[Any]:  # Any: typed values
    filled = records.filter(**{f"{name}__isnull": False}).order_by(name).values_list(name, flat=True)
    count = filled.count()
    return [filled[-int(-share * count // 1) - 1] for share in SHARES] if count else []
