"""Outcomes of staged rows: read, and changed where a row is refused or dropped."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from crm.records.bulk import sql
from crm.records.bulk.merge import REFUSED, Merge, RowRefusal
from crm.records.bulk.names import quoted


def has_cleared(merge: Merge) -> bool:
    return bool(sql.rows(f"SELECT 1 FROM {quoted(merge.staging)} WHERE crm_cleared IS NOT NULL LIMIT 1"))


def refuse(merge: Merge, rows: Iterable[int]) -> None:
    mark(merge, rows, REFUSED)


def refused(
    merge: Merge, column: str, found: Iterable[tuple[int, Any]], reason: str, code: str = ""
) -> Iterator[RowRefusal]:  # Any: typed values
    """Refuses the rows found, each with the value that is at fault."""
    values = dict(found)
    mark(merge, values, REFUSED)
    for row, value in values.items():
        yield RowRefusal(row, column, value, reason, code)


def mark(merge: Merge, rows: Iterable[int], outcome: str) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quoted(merge.outcomes)} SET outcome = '{outcome}' WHERE crm_row = %s", [(row,) for row in rows]
        )
