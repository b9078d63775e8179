"""The staging table: the worksheet's typed rows, as wide as what it names."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models
from django.db.models import QuerySet

from crm.records.bulk.merge import ABSENT_ROWS, Merge, StagedMerge, staged_tables
from crm.records.bulk.names import column_type, quoted, table_of
from crm.records.bulk.statements import execute, rows, unique_names
from crm.records.dialects import dialect
from crm.records.dialects.protocol import LineForm, Packed
from crm.schema.publishing.tables import folded_statistics
from crm.schema.record import Record


def create_staging(merge: Merge) -> None:
    """An empty staging table; one that an interrupted run left behind is dropped."""
    drop_staging(merge)
    fields = [f"{quoted(name)} {column_type(merge.model, name)}" for name in merge.columns]
    refused = ["crm_refused boolean"] if merge.replace else []
    body = ", ".join(["crm_row integer PRIMARY KEY", *fields, "crm_cleared text", *refused])
    execute(f"{dialect().TABLE} {quoted(merge.staging)} ({body})")


def pack(block: Sequence[Sequence[object]]) -> Packed:
    """Rows ready to be staged; any process can do it, for it asks no database.

    A block is a list of columns of equal length: row numbers, the values of each of the merge's columns, the cleared
    fields as ',a,b,' or None, among them fields whose value is doubted as '?c', and with `replace` a Boolean for refused rows.
    """
    return Packed(len(block[0]), dialect().pack(block))


def pack_lines(lines: Sequence[str], form: LineForm) -> Packed:
    """Canonical lines ready to be staged: the database reads their cells itself."""
    return Packed(len(lines), dialect().pack_lines(lines, form), form)


def stage(merge: Merge, packed: Iterable[Packed], *, on_progress: Callable[[int], None] = lambda _count: None) -> int:
    """Loads packed rows and returns how many came; calls `on_progress` on the way, when the connection is free."""
    count = 0
    with _without_garbage_collection():
        for count in dialect().load(merge.staging, merge.staged_columns, iter(packed)):
            on_progress(count)
    _analyze(merge)
    return count


def stage_selected(merge: Merge, groups: Iterable[tuple[QuerySet[Record], object]]) -> int:
    """Stages a row for each record that a query finds, with the value that the merge's one field is to get; returns how many.

    `merge` is by id, and has no other column. No value passes through Python.
    """
    (name,) = merge.written_columns
    count = 0
    for records, value in groups:
        found, params = records.order_by().values_list("id").query.sql_with_params()
        cleared = f",{name}," if value is None else None
        count += execute(
            f"INSERT INTO {quoted(merge.staging)} (crm_row, id, {quoted(name)}, crm_cleared)"
            f" SELECT {count} + row_number() OVER (ORDER BY f.id), f.id, %s, %s FROM ({found}) f",
            [value, cleared, *params],
        )
    _analyze(merge)
    return count


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Rows of cells make no reference cycles, and the search for some took a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _analyze(merge: Merge) -> None:
    """What the statements that follow need to be quick: where something is cleared, and how many rows there are."""
    cleared = quoted(f"{merge.staging}_cleared")
    execute(f"CREATE INDEX {cleared} ON {quoted(merge.staging)} (crm_row) WHERE crm_cleared IS NOT NULL")
    columns = ["crm_row", "crm_cleared", *map(quoted, _joined_columns(merge))]
    execute(dialect().analyze(quoted(merge.staging), columns))


def _joined_columns(merge: Merge) -> Iterator[str]:
    """By which staged rows are joined and grouped: what is known of the other columns changes no plan."""
    grouped = {*merge.keys}.union(*unique_names(merge.model.entity))
    for name in merge.columns:
        if name in grouped or isinstance(merge.model._meta.get_field(name), models.ForeignKey):
            yield name


def staged_merge(merge: Merge) -> StagedMerge:
    """Return the merge with what its staged rows say; asks the database once, and not when it is given such a merge."""
    if isinstance(merge, StagedMerge):
        return merge
    has_doubts = "max(CASE WHEN crm_cleared LIKE '%%?%%' THEN 1 ELSE 0 END)"
    ((found,),) = rows(f"SELECT {has_doubts} FROM {quoted(merge.staging)} WHERE crm_cleared IS NOT NULL")
    return StagedMerge(**vars(merge), has_cleared=found is not None, has_doubts=found == 1)


def staged_count(merge: Merge) -> int:
    """How many rows of the worksheet are staged; 0 when there is no such table (an unlogged one is empty after a crash)."""
    return _counts(merge.staging)[0]


def is_whole(staging: str, *, count: int) -> bool:
    """Return True if so many rows are staged in the table of this
    name, and each has an outcome: the comparison may be lost, too."""
    outcomes, *_others = staged_tables(staging)
    return _counts(staging, outcomes) == (count, count)


def _counts(*tables: str) -> tuple[int, ...]:
    """Return how many rows of the worksheet each of the tables holds; a table that is not there holds none."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)).intersection(tables)
    counted = [f"(SELECT count(*) FROM {quoted(t)} WHERE crm_row < {ABSENT_ROWS})" if t in there else "0" for t in tables]
    return tuple(map(int, rows(f"SELECT {', '.join(counted)}")[0]))


def drop_staging(merge: Merge) -> None:
    drop_tables(merge.staging)


def drop_tables(staging: str) -> None:
    """By the name alone, for rows that are staged of columns that are no longer there."""
    for table in staged_tables(staging):
        execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def tidy(model: type[Record], *, rows: int) -> None:
    """Statistics and visibility after a write of more than a twentieth of the table; counts are slow without."""
    if rows * 20 > model.objects.count():
        dialect().tidy(table_of(model))
        if folded_statistics.adjust(model.entity):
            dialect().tidy(table_of(model))
