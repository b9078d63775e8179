"""How often each value of some fields occurs, among members and everybody: on PostgreSQL one scan for 31 fields."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from crm.records.bulk.names import column_of
from crm.schema.record import Record

IS_MEMBER = "crm_is_member"
MOST_GROUPED = 31  # columns that PostgreSQL's GROUPING takes

# Field, value (None where it is empty), members, everybody.
Count4 = tuple[str, Any, int, int]


def value_counts(records: QuerySet[Record], members: Q, names: Sequence[str]) -> Iterator[Count4]:
    is_member = Case(When(members, then=Value(1)), default=Value(0), output_field=IntegerField())
    marked = records.order_by().annotate(**{IS_MEMBER: is_member})
    if connection.vendor != "postgresql":
        yield from _field_by_field(marked, names)
        return
    for some in in_groups(names, MOST_GROUPED):
        yield from _in_one_scan(marked, some)


def in_groups(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), most):
        yield names[start : start + most]


def _field_by_field(marked: QuerySet[Record], names: Sequence[str]) -> Iterator[Count4]:
    for name in names:
        for value, everybody, members in marked.values_list(name).annotate(crm_of=Count("pk"), crm_n=Sum(IS_MEMBER)):
            yield name, value, members, everybody


def _in_one_scan(marked: QuerySet[Record], names: Sequence[str]) -> Iterator[Count4]:
    quote = connection.ops.quote_name
    columns = [quote(column_of(marked.model, name)) for name in names]
    source, params = marked.values_list(*names, IS_MEMBER).query.sql_with_params()
    listed, sets = ", ".join(columns), ", ".join(f"({column})" for column in columns)
    counted = f"GROUPING({listed}), {listed}, sum({quote(IS_MEMBER)}), count(*)"
    statement = f"SELECT {counted} FROM ({source}) s GROUP BY GROUPING SETS ({sets})"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for absent, *values, members, everybody in cursor.fetchall():
            place = _place(absent, len(names))
            yield names[place], values[place], members, everybody


def _place(absent: int, count: int) -> int:
    """Which of the columns a row is about: `GROUPING` has a bit for each of the others, the first column's highest."""
    present = ((1 << count) - 1) ^ absent
    return count - present.bit_length()
