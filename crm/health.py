"""Whether the process lives, and whether it can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crm.schema import checking


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """200 when database, migrations and schema are ready; 503 says which is not."""
    problem = _problem()
    return HttpResponse(problem or "ready", content_type="text/plain", status=503 if problem else 200)


def _problem() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations are pending"
        return "the schema has drifted" if checking.drift() else ""
    except DatabaseError:
        return "the database does not answer"
