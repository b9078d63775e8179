"""A connection is waited for as long as `DATABASE_WAIT_SECONDS` says;
after a failed wait, further requests are refused at once for a short time.

A connection belongs to its thread and stays open: there is no pool whose attempts to connect grow rarer while the server is away.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from math import ceil
from select import select
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.pq import ExecStatus, TransactionStatus

# Seconds in which the next ones are refused at once; afterwards a server that is back is noticed.
PAUSE = 0.7

_connecting = ThreadPoolExecutor(32, thread_name_prefix="connecting")
_away_until = 0.0


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:  # Any: Django's own
        return super().get_connection_params() | {"connect_timeout": max(2, ceil(settings.DATABASE_WAIT_SECONDS))}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # Any: Django's own
        if is_away():
            raise psycopg.OperationalError("The database did not answer a moment ago")
        attempt = _connecting.submit(super().get_new_connection, conn_params)
        try:
            return attempt.result(settings.DATABASE_WAIT_SECONDS)
        except TimeoutError:
            attempt.add_done_callback(_drop)
            _note_silence()
            raise psycopg.OperationalError("The database does not answer") from None

    def is_usable(self) -> bool:
        """Asked before the first query of a request."""
        if self.connection is None or is_away():
            return False
        try:
            return _answers(self.connection.pgconn)
        except psycopg.Error:
            return False


def is_away() -> bool:
    """Return True if somebody waited in vain a moment ago."""
    return time.monotonic() < _away_until


def _answers(server: Any) -> bool:  # Any: psycopg's protocol of libpq
    """An empty query, by hand as psycopg would wait for its answer for ever."""
    server.send_query(b"")
    while server.is_busy():
        if not select([server.socket], [], [], settings.DATABASE_WAIT_SECONDS)[0]:
            _note_silence()
            return False
        server.consume_input()
    results = []
    while result := server.get_result():
        results.append(result.status)
    return results == [ExecStatus.EMPTY_QUERY] and server.transaction_status != TransactionStatus.UNKNOWN


def _note_silence() -> None:
    global _away_until  # noqa: PLW0603  # one server, whichever thread waited for it
    _away_until = time.monotonic() + PAUSE


def _drop(attempt: Future[Any]) -> None:
    """The connection that came too late."""
    if attempt.exception() is None:
        attempt.result().close()
