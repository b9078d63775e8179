"""Indexes built concurrently with other work (PostgreSQL), under a temporary name until a publication adopts them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from crm.schema.generated.storage import quoted
from crm.schema.publishing.tables.waiting import Patience

ASIDE = "_aside"
LOOK_SECONDS = 0.5
PROGRESS = """
SELECT blocks_done, blocks_total, current_locker_pid FROM pg_stat_progress_create_index
WHERE pid = %s AND datname = current_database()
"""
INDEXES = """
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass(%s) AND c.relname LIKE %s
"""


def temporary_name(name: str) -> str:
    """The name of an index until a publication adopts it."""
    return f"{name}{ASIDE}"


def is_built(table: str, name: str) -> bool:
    return _found(table, temporary_name(name)).get(temporary_name(name), False)


def build(table: str, name: str, statement: str, patience: Patience) -> None:
    """Executes `CREATE [UNIQUE] INDEX …` under the temporary name,
    concurrently; what a failed build left is cleaned up first and last.

    Raises what `patience.on_progress` raises, and IntegrityError when values repeat.
    """
    if is_built(table, name):
        return
    drop(temporary_name(name))
    try:
        with _watched(name, patience), connection.cursor() as cursor:
            cursor.execute(statement.replace("INDEX", "INDEX CONCURRENTLY", 1))
    except BaseException:
        drop(temporary_name(name))
        raise


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted(name)}")


def discard(table: str, *, keep: set[str]) -> None:
    """Drops the indexes of a table that were built for a publication which did not happen."""
    for name in _found(table, f"%{ASIDE}"):
        if name not in keep:
            drop(name)


def _found(table: str, pattern: str) -> dict[str, bool]:
    """Name and validity."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [quoted(table), pattern.replace("_", "\\_")])
        return dict(cursor.fetchall())


@contextmanager
def _watched(name: str, patience: Patience) -> Iterator[None]:
    """Reports the progress of the block's statement; what `on_progress`
    raises ends the statement and is raised instead of its error."""
    over, raised = Event(), []
    pid = _own_pid()

    def look() -> None:
        try:
            while not over.wait(LOOK_SECONDS):
                _report(pid, name, patience)
        except Exception as stop:  # noqa: BLE001  # raised again where the statement runs
            raised.append(stop)
            _cancel(pid)
        finally:
            connection.close()

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    except OperationalError:
        if not raised:
            raise
    finally:
        over.set()
        watcher.join()
    if raised:
        raise raised[0]


def _own_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _report(pid: int, name: str, patience: Patience) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [pid])
        found = cursor.fetchone()
    if not found:
        return
    done, total, waits_for = found
    if waits_for:
        patience.on_progress(_("Waiting for the database process %s to end its transaction.") % waits_for)
    else:
        patience.on_progress(_("building the index %s") % name, done=done, total=total)


def _cancel(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_cancel_backend(%s)", [pid])
