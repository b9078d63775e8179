"""Evaluates conditions for one record in Python, with the result that the database would give."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from crm.rules.bucket_numbers import bucket_of
from crm.rules.comparisons.anniversaries import day_in_year
from crm.rules.comparisons.values import normalized
from crm.rules.conditions import (
    MEASURE,
    ChosenRecords,
    ComputedRecords,
    Condition,
    Conjunction,
    Disjunction,
    EqualsAny,
    HasRecords,
    InBucket,
    InYear,
    IsMissing,
    Negation,
    OrderComparison,
    Predicate,
)
from crm.rules.patterns import is_like
from crm.rules.related.computing import computed
from crm.rules.resolving import ResolvedColumn

ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}  # Any: two values of one type


def evaluate(condition: Condition, record: object) -> bool:
    if isinstance(condition, Negation):
        return not evaluate(condition.condition, record)
    if isinstance(condition, Conjunction):
        return all(evaluate(part, record) for part in condition.conditions)
    if isinstance(condition, Disjunction):
        return any(evaluate(part, record) for part in condition.conditions)
    if isinstance(condition, HasRecords):
        return any(True for _record in chosen(condition.records, record))
    if isinstance(condition, ComputedRecords):
        return evaluate(condition.test, {MEASURE: computed_of(condition, chosen(condition.records, record))})
    return _evaluate_predicate(condition, value_of(condition.column, record))


def computed_of(condition: ComputedRecords, records: Iterable[object]) -> Any:  # Any: a number or a date, None for none
    """What the function makes of these records."""
    of = condition.of
    return computed(condition.function, [None if of is None else value_of(of, each) for each in records])


def chosen(records: ChosenRecords, record: object) -> Iterator[object]:
    """The related records that are meant, in the order of their ids."""
    where = records.where
    return (each for each in referring(records, record) if where is None or evaluate(where, each))


def referring(records: ChosenRecords, record: object) -> Iterator[object]:
    """All that refer to the record that is asked."""
    key = _attribute(record, records.key)
    if key is None:
        return iter(())
    found = records.reference.records().filter(**{records.reference.column: key}).order_by("pk")
    steps = sorted(relations_read(records.where)) if records.where else []
    return found.select_related(*steps).iterator() if steps else found.iterator()


def relations_read(condition: Condition) -> set[str]:
    """The relationships of a record through which a condition reads another one."""
    if isinstance(condition, Negation):
        return relations_read(condition.condition)
    if isinstance(condition, Conjunction | Disjunction):
        return {step for part in condition.conditions for step in relations_read(part)}
    if isinstance(condition, HasRecords | ComputedRecords):
        return set()
    return {condition.column.steps[0]} if "__" in condition.column.lookup and condition.column.field.kind != "score" else set()


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
    if isinstance(predicate, InYear):
        day = day_in_year(value.astimezone(predicate.zone) if isinstance(value, datetime) else value)
        return any(low <= day <= high for low, high in predicate.ranges)
    if isinstance(predicate, InBucket):
        return bucket_of(value, predicate.buckets) in predicate.meant
    compared = normalized(value, predicate.normalization) if isinstance(value, str) else value
    if isinstance(predicate, EqualsAny):
        return compared in predicate.values
    if isinstance(predicate, OrderComparison):
        return ORDERS[predicate.order](compared, predicate.value)
    return is_like(compared, predicate.parts)
