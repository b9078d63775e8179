"""No page makes the database work for longer than it is worth waiting: it is stopped, and the page says what would help."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.people.middleware import OPEN

# SQLite asks after so many steps of its machine whether to go on; asking more often slows every query down.
STEPS = 200_000
READING = {"GET", "HEAD"}

Raw = Any  # the driver's own connection


class StatementTimeout:
    """Requests that only read are stopped after STATEMENT_TIMEOUT_SECONDS; what writes takes the time it needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in READING or request.path.startswith(OPEN):
            return self.get_response(request)
        with limited(settings.STATEMENT_TIMEOUT_SECONDS):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page instead of the failure; what was asked for names the fields that may want an index."""
        if not isinstance(error, OperationalError) or not was_stopped(error):
            return None
        _limit(connection.connection, None)  # the page that says so needs the database too
        return render(request, "too_long.html", {"fields": asked_fields(request)}, status=503)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    raw = connection.connection
    _limit(raw, seconds)
    try:
        yield
    finally:
        # The connection may be closed by now, or be in a failed transaction, which takes the setting with it.
        with suppress(DatabaseError, *_database_errors()):
            if connection.connection is raw:
                _limit(raw, None)


def was_stopped(error: OperationalError) -> bool:
    cause = error.__cause__
    return type(cause).__name__ == "QueryCanceled" or str(cause) == "interrupted"


def asked_fields(request: HttpRequest) -> list[str]:
    """The names, never the values, of the fields that the address filters and sorts by."""
    sort = request.GET.get("_sort", "").split()[:1]
    return sorted({name for name in [*request.GET, *sort] if name.isidentifier() and not name.startswith("_")})


def _limit(raw: Raw, seconds: float | None) -> None:
    if connection.vendor == "postgresql":
        # Past Django's cursor: this is no query of the page's, and psycopg sends it in the same breath.
        raw.execute(f"SET statement_timeout = {round((seconds or 0) * 1000)}")
    else:
        until = time.monotonic() + (seconds or 0)
        raw.set_progress_handler((lambda: time.monotonic() > until) if seconds else None, STEPS)


def _database_errors() -> tuple[type[Exception], ...]:
    """The driver's own, since these statements go past Django."""
    return (connection.Database.Error,)  # type: ignore[attr-defined]  # each backend has its driver so
