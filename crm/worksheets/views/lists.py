"""All imports, and the last exports: who, when, which file, and the result."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.jobs.models import Job
from crm.people.models import AuditEvent
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.schema.generated import current
from crm.schema.generated.classes import GeneratedModels
from crm.worksheets.access import as_listed, listed_worksheets, may_open
from crm.worksheets.importing import undo_jobs
from crm.worksheets.models import WorksheetState
from crm.worksheets.review import summaries

PAGE_SIZE = 50
EXPORTS = 20


@require_safe
def worksheet_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read")
    page = Paginator(listed_worksheets(request.actor), PAGE_SIZE).get_page(request.GET.get("_page"))
    running = Job.objects.in_bulk(
        [worksheet.job for worksheet in page if worksheet.job and worksheet.state == WorksheetState.RUNNING]
    )
    undone, generated = undo_jobs.undone(page), current.models()
    context = {
        "page": page,
        "imports": [
            (
                as_listed(worksheet, request.actor),
                _name_of(worksheet.entity, generated),
                summaries.status_message(as_listed(worksheet, request.actor), running.get(worksheet.job)),
                undone.get(worksheet.change_set) if may(request.actor, "undo", worksheet.entity) else None,
                may_open(request.actor, worksheet),
            )
            for worksheet in page
        ],
        "exports": [(event, _name_of(event.subject, generated)) for event in _exports(request)],
        "may_import": may(request.actor, "import"),
    }
    return render(request, "worksheets/list.html", context)


def _exports(request: SignedInRequest) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.filter(verb="export")
    return events[:EXPORTS] if may(request.actor, "export") else events.none()


def _name_of(acronym: str, generated: GeneratedModels) -> str:
    """Of a removed entity only the acronym is known."""
    return generated.entity(acronym).name if acronym in generated else acronym
