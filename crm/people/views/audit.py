"""The audit trail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.parameters import number_parameter
from crm.people.audit_trail import AuditQuery, audit_page
from crm.people.forms import AuditFilterForm
from crm.people.permissions import require
from crm.people.requests import SignedInRequest


@require_safe
def audit(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "people")
    form = AuditFilterForm(request.GET)
    is_valid = form.is_valid()
    query = AuditQuery(**form.query(), after=number_parameter(request.GET, "_after")) if is_valid else AuditQuery()
    kept = request.GET.copy()
    kept.pop("_after", None)
    context = {"form": form, "page": audit_page(query), "kept": kept.urlencode()}
    return render(request, "people/audit.html", context, status=200 if is_valid else 422)
