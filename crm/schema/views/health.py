"""The health of the schema: indexes, tables, jobs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema.health import schema_health


@require_safe
def health(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "schema")
    return render(request, "schema/health.html", {"health": schema_health()})
