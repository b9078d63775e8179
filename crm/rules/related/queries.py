"""Queries over related records: their keys, what is computed of each group of them, and whose key is among those."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Aggregate,
    Avg,
    BigIntegerField,
    BooleanField,
    Count,
    DecimalField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round
from django.db.models.sql.compiler import SQLCompiler

from crm.rules.conditions import AVERAGE_PLACES, MEASURE, ChosenRecords, ComputedRecords

KEY = "crm_key"
Sql = tuple[str, Any]  # Any: parameters, a list or a tuple


class LargeSum(Aggregate):
    """A sum of whole numbers of 64 bits. That of SQLite ends with an error beyond 64 bits; this one is exact up to 2^53 there."""

    function = "SUM"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, function="TOTAL", **context)


class KeyIsAmong(Func):
    """True if a key is one of those that a query finds.

    PostgreSQL plans this EXISTS over a derived table as a join, within OR as a hashed or as an indexed look-up, and so chooses
    the quickest; its NOT IN of a large list would look through all of it for each record. SQLite makes one list of all keys.
    """

    output_field = BooleanField()

    def __init__(self, key: str, records: QuerySet) -> None:
        """`records` have the keys as KEY."""
        super().__init__(F(key), Subquery(records.values(KEY)))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        of_key = Func(self.source_expressions[0], template=f"crm_keys WHERE crm_keys.{KEY} = %(expressions)s")
        keys_first = Func(self.source_expressions[1], of_key, template="EXISTS(SELECT 1 FROM %(expressions)s)")
        return keys_first.as_sql(compiler, connection, arg_joiner=" ", **context)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" IN ", **context)


def asks_related(condition: Q) -> bool:
    """Return True if a condition is over related records, which the database joins only where it narrows the records down."""
    return any(isinstance(part, KeyIsAmong) or (isinstance(part, Q) and asks_related(part)) for part in condition.children)


def with_measure(records: QuerySet, condition: ComputedRecords) -> QuerySet:
    """The groups of records that refer to the same one, each with what is computed of it."""
    groups = records.filter(**{f"{condition.records.reference.column}__isnull": False})
    return groups.values(condition.records.reference.column).annotate(**{MEASURE: _measure(records, condition)})


def among(records: ChosenRecords, chosen: QuerySet, *, as_column: bool) -> Combinable:
    """That the record asked is one that the chosen records, or groups of them, refer to."""
    column = records.reference.column
    if as_column:
        return Exists(chosen.filter(**{column: OuterRef(records.key)}))
    return KeyIsAmong(records.key, chosen.filter(**{f"{column}__isnull": False}).annotate(**{KEY: F(column)}))


def _measure(records: QuerySet, condition: ComputedRecords) -> Combinable:
    if condition.of is None:
        return Count("*")
    name = condition.of.lookup
    if condition.function == "sum":
        return Coalesce(_sum(name, records), Value(0), output_field=DecimalField())
    if condition.function == "avg":
        return Round(Avg(name), precision=AVERAGE_PLACES)
    return Min(name) if condition.function == "min" else Max(name)


def _sum(name: str, records: QuerySet) -> Combinable:
    """SQLite keeps decimals as floats, whose sum is right once it is rounded to the column's own digits."""
    column = records.model._meta.get_field(name)
    if isinstance(column, BigIntegerField):
        return LargeSum(name)
    places = getattr(column, "decimal_places", None)
    return Sum(name) if places is None else Round(Sum(name), precision=places)
