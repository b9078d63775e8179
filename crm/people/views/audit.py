"""The audit trail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.people.models import AuditEvent
from crm.people.requests import SignedInRequest
from crm.people.rules import require

AUDIT_SHOWN = 200


@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "people")
    return render(request, "people/audit.html", {"events": AuditEvent.objects.all()[:AUDIT_SHOWN]})
