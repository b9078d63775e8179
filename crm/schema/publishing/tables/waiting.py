"""Locks tables that may be in use, never waiting so long that other queries queue up behind the lock."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from crm.jobs import locking
from crm.schema.errors import TablesInUse

# Behind a statement that waits for a table, everybody else waits too: measured 5 s of silence with a timeout of 5 s.
LOCK_TIMEOUT_MS = 250
NOT_AVAILABLE = {"55P03", "40P01"}  # PostgreSQL's codes of a lock timeout and of a deadlock
PUBLISHING_LOCK = 7_203_001  # any number that no other advisory lock uses
LONGEST_PAUSE = 2.0
BUSIEST = """
SELECT a.pid, extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::integer
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND a.pid <> pg_backend_pid() AND l.locktype = 'relation' AND l.database = (
    SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.relation IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE 'record\\_%')
ORDER BY 2 DESC NULLS LAST LIMIT 1
"""

Result = TypeVar("Result")


class OnProgress(Protocol):
    """Takes a message about what is done or waited for, and how far it is. It may raise, to stop the work."""

    def __call__(self, message: str, *, done: int | None = None, total: int | None = None) -> None: ...


def ignore_progress(message: str, *, done: int | None = None, total: int | None = None) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True)
class Patience:
    """How long to retry, and where to report what is waited for."""

    seconds: float = 3.0  # what a person accepts on a page
    on_progress: OnProgress = ignore_progress


BRIEF = Patience()
LONG_SECONDS = 900.0  # of jobs and commands


def retry_while_busy(act: Callable[[], Result], patience: Patience = BRIEF) -> Result:
    """The result of `act`, a whole transaction that is retried while others use the tables. Raises TablesInUse.

    Within a transaction it is tried once: only the code that began the transaction can begin it again.
    """
    if connection.in_atomic_block:
        return act()
    deadline, attempt = time.monotonic() + patience.seconds, 0
    while True:
        try:
            return act()
        except OperationalError as error:
            if not is_busy(error):
                raise
            message = busy_with()
            if time.monotonic() >= deadline:
                raise TablesInUse([message, _("Nothing was changed; try again in a moment.")]) from error
            patience.on_progress(message)
        pause = min(LONGEST_PAUSE, 0.1 * 1.3**attempt)
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  # spreads the retries
        attempt += 1


@contextmanager
def exclusive(entities: Iterable[str], patience: Patience = BRIEF) -> Iterator[None]:
    """No import of these entities runs within the block. Raises TablesInUse when the time for waiting is over."""
    deadline = time.monotonic() + patience.seconds

    def waiting() -> None:
        message = _("Waiting for an import of %s to end.") % ", ".join(sorted(entities))
        if time.monotonic() >= deadline:
            raise TablesInUse([message, _("Nothing was changed; try again in a moment.")])
        patience.on_progress(message)

    with ExitStack() as stack:
        for acronym in sorted(entities):
            stack.enter_context(locking.held(locking.entity_lock_name(acronym), waiting=waiting))
        yield


def under_publishing_lock(act: Callable[[], Result], patience: Patience = BRIEF) -> Result:
    """The result of `act`, run in one transaction that holds the publishing lock. Raises TablesInUse."""

    def transact() -> Result:
        with transaction.atomic():
            take_publishing_lock()
            return act()

    return retry_while_busy(transact, patience)


def take_publishing_lock() -> None:
    """One publish at a time, in the caller's transaction; waiting for
    a lock times out soon. On SQLite the transaction is the lock."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
        # PostgreSQL refuses ALTER TABLE while deferred foreign keys are unchecked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def is_busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlstate", None)
    return code in NOT_AVAILABLE or "database is locked" in str(error)


def busy_with() -> str:
    """The process that has used a record table for the longest, without its statement, which may hold personal values."""
    if connection.vendor == "postgresql" and (found := _longest()):
        return _("Waiting for the database process %(pid)s, at work on the records for %(seconds)s s.") % found
    return _("Waiting for another process to finish its work on the tables.")


def _longest() -> dict[str, int] | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BUSIEST)
        found = cursor.fetchone()
    return {"pid": found[0], "seconds": found[1] or 0} if found else None
