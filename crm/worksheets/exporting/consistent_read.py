"""A snapshot of the database for long reads: it blocks nobody, and sees no later change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

BEGIN = {
    "postgresql": "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    # Deferred: under IMMEDIATE, which is ours elsewhere, a reader would hold up every writer.
    "sqlite": "BEGIN DEFERRED",
}
# Both databases take the snapshot at the first read.
FIRST_READING = {"postgresql": "SELECT 1", "sqlite": "SELECT 1 FROM sqlite_schema LIMIT 1"}
SLICE = 5_000


@contextmanager
def moment() -> Iterator[BaseDatabaseWrapper]:
    """A separate connection that sees the records as they are now; within a transaction, the connection of that transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        yield connection
        return
    own = type(connection)(connection.settings_dict, connection.alias)
    own.inc_thread_sharing()  # a response may be streamed by another thread than the one that began it
    try:
        own.ensure_connection()
        with own.cursor() as cursor:
            cursor.execute(BEGIN[own.vendor])
            cursor.execute(FIRST_READING[own.vendor])
        yield own
    finally:
        own.close()


def values(
    query: models.QuerySet[Any], at: BaseDatabaseWrapper
) -> Iterator[Sequence[Any]]:  # Any: of whatever model, whatever it selects
    """The rows of a query of values, read through that connection as they are taken."""
    compiler = query.query.get_compiler(connection=at)
    return compiler.results_iter(chunked_fetch=True, chunk_size=SLICE)  # type: ignore[return-value]  # rows of values


def slices(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while block := list(islice(rows, SLICE)):
        yield block


def count(query: models.QuerySet[Any], at: BaseDatabaseWrapper) -> int:
    sql, parameters = query.order_by().query.get_compiler(connection=at).as_sql()
    with at.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", parameters)
        return int(cursor.fetchone()[0])
