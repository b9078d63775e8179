"""Evaluates conditions for one record in Python, with the result that the database would give."""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from crm.rules.conditions import Condition, Conjunction, Disjunction, EqualsAny, IsMissing, Negation, OrderComparison, Predicate
from crm.rules.patterns import is_like
from crm.rules.resolving import ResolvedColumn
from crm.rules.values import normalized

ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}  # Any: two values of one type


def evaluate(condition: Condition, record: object) -> bool:
    if isinstance(condition, Negation):
        return not evaluate(condition.condition, record)
    if isinstance(condition, Conjunction):
        return all(evaluate(part, record) for part in condition.conditions)
    if isinstance(condition, Disjunction):
        return any(evaluate(part, record) for part in condition.conditions)
    return _evaluate_predicate(condition, value_of(condition.column, record))


def value_of(column: ResolvedColumn, record: object) -> Any:  # Any: whatever the column holds
    """The record's value; None also where a related record is missing."""
    value = record
    for step in column.steps:
        value = None if value is None else _attribute(value, step)
    return value


def _attribute(record: object, name: str) -> object:
    if isinstance(record, Mapping):
        return record.get(name)
    try:
        return getattr(record, name)
    except ObjectDoesNotExist:
        return None


def _evaluate_predicate(predicate: Predicate, value: Any) -> bool:  # Any: as the column holds it
    if isinstance(predicate, IsMissing) or value is None:
        return isinstance(predicate, IsMissing) and value is None
    compared = normalized(value, predicate.normalization) if isinstance(value, str) else value
    if isinstance(predicate, EqualsAny):
        return compared in predicate.values
    if isinstance(predicate, OrderComparison):
        return ORDERS[predicate.order](compared, predicate.value)
    return is_like(compared, predicate.parts)
