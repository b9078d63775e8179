"""What is counted or computed of related records, for one record in Python."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm.rules.conditions import AVERAGE_PLACES
from crm.rules.tree import Function


def computed(function: Function, values: Sequence[Any]) -> Any:  # Any: numbers, or dates; None where there is no value
    """The number of values; their sum, 0 of none; their smallest, largest or average, None of none."""
    if function == "count":
        return len(values)
    there = [value for value in values if value is not None]
    if function == "sum":
        return sum(there)
    if not there:
        return None
    return _average(there) if function == "avg" else min(there) if function == "min" else max(there)


def _average(numbers: Sequence[int | Decimal]) -> Decimal:
    exact = Decimal(sum(numbers)) / len(numbers)
    return exact.quantize(Decimal(1).scaleb(-AVERAGE_PLACES), ROUND_HALF_UP)
