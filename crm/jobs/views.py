"""The list of jobs, and stopping one."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.jobs import control
from crm.jobs.queries import visible_jobs
from crm.people.requests import SignedInRequest

PAGE_SIZE = 50


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(visible_jobs(request), PAGE_SIZE).get_page(request.GET.get("_page"))
    template = "jobs/_jobs.html" if request.headers.get("HX-Request") else "jobs/list.html"
    return render(request, template, {"page": page, "any_active": any(job.is_active for job in page)})


@require_POST
def cancel(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(visible_jobs(request), pk=job_id)
    control.request_cancel(job, by=request.actor)
    messages.success(request, _("Asked “%(job)s” to stop.") % {"job": job})
    return redirect("jobs:list")
