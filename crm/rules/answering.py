"""Conditions → yes or no, for one record: what the database would answer."""

from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from crm.rules.conditions import Condition, Equal, Every, Missing, Opposite, Ordered, Question, Some
from crm.rules.resolving import Column
from crm.rules.values import in_form

ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}  # Any: two values of one type


def holds(condition: Condition, record: object) -> bool:
    if isinstance(condition, Opposite):
        return not holds(condition.condition, record)
    if isinstance(condition, Every):
        return all(holds(part, record) for part in condition.conditions)
    if isinstance(condition, Some):
        return any(holds(part, record) for part in condition.conditions)
    return _answer(condition, value_of(condition.column, record))


def value_of(column: Column, record: object) -> Any:  # Any: whatever the column holds
    """The record's value; None too where a related record is missing."""
    value = record
    for step in column.steps:
        value = None if value is None else _attribute(value, step)
    return value


def is_like(text: str, parts: tuple[str, ...]) -> bool:
    """Whether the text is of these parts, in this order, with anything between them."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    return _has_in_order(text[len(first) : len(text) - len(last)], middle)


def _has_in_order(text: str, parts: Iterable[str]) -> bool:
    place = 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _attribute(record: object, name: str) -> object:
    if isinstance(record, Mapping):
        return record.get(name)
    try:
        return getattr(record, name)
    except ObjectDoesNotExist:
        return None


def _answer(question: Question, value: Any) -> bool:  # Any: as the column holds it
    if isinstance(question, Missing) or value is None:
        return isinstance(question, Missing) and value is None
    compared = in_form(value, question.form) if isinstance(value, str) else value
    if isinstance(question, Equal):
        return compared in question.values
    if isinstance(question, Ordered):
        return ORDERS[question.order](compared, question.value)
    return is_like(compared, question.parts)
