"""Whether the process lives, and whether it can serve."""

import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.http import require_safe

from crm.jobs import failures, outage
from crm.schema.publishing.tables import drift

LIVENESS = "/healthz"


class LivenessMiddleware:
    """Answers that the process lives, whatever the request carries and whatever does not answer us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != LIVENESS:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """200 when database, migrations and schema are ready; 503 says which is not."""
    problem = _problem()
    return HttpResponse(problem or "ready", content_type="text/plain", status=503 if problem else 200)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that failed; where the database is away or the disk is full it says so, and what to do."""
    error = sys.exc_info()[1]  # the handler is called while it is being handled
    if error is not None and outage.is_away(error):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    if error is not None and failures.is_full(error):
        return HttpResponse(render_to_string("507.html"), status=507)
    return defaults.server_error(request)


def pending_migrations() -> list[Any]:  # Any: Django's own
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def is_missing_table(error: BaseException) -> bool:
    return any(isinstance(cause, psycopg.errors.UndefinedTable) or _sqlite_lacks_table(cause) for cause in outage.causes(error))


def _sqlite_lacks_table(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such table")


def _problem() -> str:
    try:
        if pending_migrations():
            return "migrations are pending"
        return "the schema has drifted" if drift.drift() else ""
    except DatabaseError:
        return "the database does not answer"
