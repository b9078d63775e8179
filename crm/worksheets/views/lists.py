"""All imports, and the exports: who, when, which file, and what came of it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.jobs.models import Job
from crm.people.models import AuditEvent
from crm.people.requests import SignedInRequest
from crm.people.rules import may, require
from crm.worksheets import saying
from crm.worksheets.models import State, Worksheet

PAGE_SIZE = 50
EXPORTS = 20


@require_safe
def worksheet_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read")
    page = Paginator(Worksheet.objects.select_related("created_by"), PAGE_SIZE).get_page(request.GET.get("_page"))
    running = Job.objects.in_bulk([worksheet.job for worksheet in page if worksheet.job and worksheet.state == State.RUNNING])
    context = {
        "page": page,
        "imports": [(worksheet, saying.standing(worksheet, running.get(worksheet.job))) for worksheet in page],
        "exports": AuditEvent.objects.filter(verb="export")[:EXPORTS] if may(request.actor, "export") else [],
        "may_import": may(request.actor, "import"),
    }
    return render(request, "worksheets/list.html", context)
