"""Bringing stored phones, documents and keys of an entity into one form: what would change, and the button that does it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.jobs import control, failures, locking
from crm.jobs.errors import JobBusy
from crm.jobs.models import Job
from crm.local_numbers import local_number
from crm.people.requests import SignedInRequest
from crm.records.access import model_for, readable
from crm.records.backfilling import normalizing
from crm.records.backfilling.spellings import spellings
from crm.records.models import ChangeSet

RUNS = 20  # are searched for the last that wrote something


@require_http_methods(["GET", "HEAD", "POST"])
def in_one_form(request: SignedInRequest, acronym: str) -> HttpResponse:
    model = model_for(request.actor, "schema", acronym)
    fields = readable(request.actor, model.entity, normalizing.normalized_fields(model.entity))
    runs = list(Job.objects.filter(kind=normalizing.KIND, entity=acronym).order_by("-created_at")[:RUNS])
    last = runs[0] if runs else None
    if request.method == "POST":
        if last is None or not last.is_active:
            _bring(request, acronym, is_short=spellings(model, fields).is_all)
        return redirect("record-one-form", acronym)
    wrote = next((run for run in runs if (run.result or {}).get("change_set")), None)
    change_set = ChangeSet.objects.filter(pk=wrote.result["change_set"]).first() if wrote and wrote.result else None
    report = spellings(model, fields)
    context = {"entity": model.entity, "report": report, "last": last, "wrote": wrote, "change_set": change_set}
    return render(request, "records/one_form.html", context)


def _bring(request: SignedInRequest, acronym: str, *, is_short: bool) -> None:
    """While the page is awaited, or in the background where that takes long or has to wait for an import."""
    if not is_short or locking.is_held(locking.entity_lock_name(acronym)):
        control.start(normalizing.KIND, by=request.actor, subject=acronym, entity=acronym)
        messages.info(request, _("This goes on in the background."))
        return
    job = control.prepare(normalizing.KIND, by=request.actor, subject=acronym, entity=acronym)
    try:
        with failures.suppress_disk_full():
            control.run_here(job)
    except JobBusy:
        return  # a worker has it
    job.refresh_from_db()
    changed = (job.result or {}).get("changed", 0)
    message = ngettext("%(n)s record is brought into one form.", "%(n)s records are brought into one form.", changed)
    messages.success(request, message % {"n": local_number(changed)})
