"""Bridges an outage of the database: running work waits, reconnects, and continues from what was committed."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F

from crm.jobs.errors import DatabaseLost, Stopping
from crm.jobs.lease import RunningJob, fence, stopping

PAUSE = 0.5
# At one place: what the work itself brings down must not be tried for ever.
MOST_LOST = 3
# The server shuts down, starts up, or has no connection left; class 08 is the connection itself.
GONE = (psycopg.OperationalError, psycopg.InterfaceError)  # SQLite is a file, and is there or is not
AWAY = {"57P01", "57P02", "57P03", "53300"}

Result = TypeVar("Result")
log = logging.getLogger(__name__)


def endured(running: RunningJob, work: Callable[[], Result]) -> Result:
    """The result of the work; if the database goes away meanwhile, the work restarts from the job's checkpoint once it is back.

    Raises what the work raises, also that the database is away when it stays so; DatabaseLost when it goes away again and
    again at one place.
    """
    lost = 0
    while True:
        reached = running.checkpoint
        try:
            return work()
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("Job %s waits for the database: %s", running.id, error)
            _begin_again(running, seconds=wait())
            lost = lost + 1 if running.checkpoint == reached else 1
            if lost >= MOST_LOST:
                raise DatabaseLost(lost) from error


def wait() -> float:
    """Waits until the database answers; returns the seconds. Raises its
    error when patience ends, Stopping when this process is to end."""
    since = time.monotonic()
    connections[DEFAULT_DB_ALIAS].close()
    while True:
        try:
            _knock()
        except Exception as error:
            if not is_away(error) or time.monotonic() - since > settings.DATABASE_PATIENCE_SECONDS:
                raise
        else:
            return time.monotonic() - since
        if stopping.wait(PAUSE):
            raise Stopping


def is_away(error: BaseException) -> bool:
    """Return True if the error or one of its causes says that the
    connection is gone, rather than that a statement was refused."""
    return any(isinstance(cause, GONE) and _is_of_the_connection(cause) for cause in causes(error))


def _is_of_the_connection(error: psycopg.Error) -> bool:
    """An error that the server did not send has no state."""
    return error.sqlstate is None or error.sqlstate.startswith("08") or error.sqlstate in AWAY


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error itself, what it was raised from, and so on."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _knock() -> None:
    """A connection of its own: one that was opened before may be dead."""
    parameters = connections[DEFAULT_DB_ALIAS].get_connection_params()
    with psycopg.connect(**parameters) as door:
        door.execute("SELECT 1")


def _begin_again(running: RunningJob, *, seconds: float) -> None:
    """Raises LeaseLost where another took the job meanwhile. What was noted but not committed is forgotten."""
    fence(running, away_seconds=F("away_seconds") + seconds)
    running.job.refresh_from_db()
