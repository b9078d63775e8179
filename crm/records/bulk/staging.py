"""The staging table: the worksheet's typed rows, as wide as what it names."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from crm.records.bulk.merge import Merge, Packed, staged_tables
from crm.records.bulk.names import OfModel, column_type, quoted, table_of
from crm.records.bulk.sql import DIALECTS, LEAVING


def create_staging(merge: Merge) -> None:
    """An empty staging table; one that an interrupted run left behind is dropped."""
    drop_staging(merge)
    fields = [f"{quoted(name)} {column_type(merge, name)}" for name in merge.columns]
    table = DIALECTS[connection.vendor].TABLE
    refused = ["crm_refused boolean"] if merge.replace else []
    body = ", ".join(["crm_row integer PRIMARY KEY", *fields, "crm_cleared text", *refused])
    with connection.cursor() as cursor:
        cursor.execute(f"{table} {quoted(merge.staging)} ({body})")


def pack(block: Sequence[Sequence[object]]) -> Packed:
    """Rows ready to be staged; any process can do it, for it asks no database.

    A block is a list of columns of equal length: row numbers, the values of each of the merge's columns, the cleared
    fields as ',a,b,' or None, and with `replace` whether the row is refused.
    """
    return Packed(len(block[0]), DIALECTS[connection.vendor].pack(block))


def stage(merge: Merge, packed: Iterable[Packed], *, told: Callable[[int], None] = lambda _count: None) -> int:
    """Loads packed rows and says how many came; `told` hears it on the way, when the connection is free."""
    count = 0
    with _garbage_left_alone():
        for count in DIALECTS[connection.vendor].load(merge, merge.staged_columns, iter(packed)):
            told(count)
    _describe(merge)
    return count


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Rows of cells make no reference cycles, and looking for some took a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _describe(merge: Merge) -> None:
    """What the statements that follow need to be quick: where something is cleared, and how many rows there are."""
    table, cleared = quoted(merge.staging), quoted(f"{merge.staging}_cleared")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {cleared} ON {table} (crm_row) WHERE crm_cleared IS NOT NULL")
        cursor.execute(f"ANALYZE {table}")


def staged_count(merge: Merge) -> int:
    """How many rows of the worksheet are staged; 0 when there is no such table (an unlogged one is empty after a crash)."""
    return _count(merge.staging)


def compared_count(merge: Merge) -> int:
    """How many rows of the worksheet have an outcome: all that are staged, or the comparison was lost."""
    return _count(merge.outcomes)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return 0
        cursor.execute(f"SELECT count(*) FROM {quoted(table)} WHERE crm_row < {LEAVING}")
        return int(cursor.fetchone()[0])


def drop_staging(merge: Merge) -> None:
    drop_tables(merge.staging)


def drop_tables(staging: str) -> None:
    """By the name alone, for rows that are staged of columns that are no longer there."""
    with connection.cursor() as cursor:
        for table in staged_tables(staging):
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def tidy(merge: OfModel, *, rows: int) -> None:
    """Statistics and visibility after a write of more than a twentieth of the table; counts are slow without."""
    if rows * 20 > merge.model.objects.count():
        DIALECTS[connection.vendor].tidy(table_of(merge))
