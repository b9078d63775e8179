"""Marks staged rows as refused, with the reason."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from crm.records.bulk.merge import REFUSED, Merge, RowRefusal
from crm.records.bulk.names import quoted

RowValues = Iterable[tuple[Any, ...]]  # Any: a row number, and the typed value or values that are at fault


def refuse(merge: Merge, rows: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        statement = f"UPDATE {quoted(merge.outcomes)} SET outcome = '{REFUSED}' WHERE crm_row = %s"
        cursor.executemany(statement, [(row,) for row in rows])


def refused(merge: Merge, column: str, found: RowValues, reason: str, code: str = "") -> list[RowRefusal]:
    """Refuses the rows found."""
    refusals = refusals_of(column, found, reason, code)
    refuse(merge, (refusal.row for refusal in refusals))
    return refusals


def refusals_of(column: str, found: RowValues, reason: str, code: str = "") -> list[RowRefusal]:
    """Return a refusal for each row, of those that are refused already."""
    values = {row: value[0] if len(value) == 1 else ", ".join(map(str, value)) for row, *value in found}
    return [RowRefusal(row, column, value, reason, code) for row, value in values.items()]
