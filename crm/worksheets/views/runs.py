"""A running import, and its result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.extensions import extensions
from crm.jobs import control
from crm.jobs.models import Job
from crm.parameters import text_parameter
from crm.people.requests import SignedInRequest
from crm.schema.generated import current
from crm.worksheets.access import worksheet_for
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.importing import import_jobs, undo_jobs
from crm.worksheets.mapping import recipes
from crm.worksheets.models import Recipe, Worksheet, WorksheetState
from crm.worksheets.review import findings, reviewing, summaries

ERRORS_SHOWN = 50


def run_page(request: SignedInRequest, worksheet: Worksheet, rehearsal: Job | None) -> HttpResponse:
    """`rehearsal` is one that is running."""
    job = rehearsal or import_jobs.job_of(worksheet)
    entity = current.entity(worksheet.entity)
    chips = extensions.cluster_fields(entity.acronym)
    context = {
        "worksheet": worksheet,
        "entity": entity,
        "job": job,
        "is_active": job is not None and job.is_active,
        "is_rehearsal": rehearsal is not None,
        "counts": worksheet.tally.written_so_far,
        "done": worksheet.tally.done,
        "chip": chips.get(worksheet.cluster),
        "undone": undo_jobs.undone([worksheet]).get(worksheet.change_set),
        "movements": findings.movements(worksheet.last_rehearsal, chips),
        "row_errors": worksheet.row_errors.all()[:ERRORS_SHOWN],
        "left_out_cells": worksheet.left_out_cells.all()[:ERRORS_SHOWN],
        "left_out": sum(worksheet.tally.left_out.values()),
        "outcome": summaries.outcome_message(worksheet, job),
        "released": list(summaries.released(worksheet)),
        "recipe": recipes.recipe_of(worksheet),
        "may_go_on": _may_go_on(worksheet, job),
        "may_discard": job is None
        and worksheet.state in {WorksheetState.UPLOADED, WorksheetState.REHEARSED}
        and worksheet.purged_at is None,
        "may_review": worksheet.state in {WorksheetState.FAILED, WorksheetState.CANCELLED}
        and _may_be_reviewed_again(worksheet, job),
    }
    template = "worksheets/progress.html" if context["is_active"] else "worksheets/report.html"
    return render(request, template, context)


@require_POST
def act(request: SignedInRequest, number: int) -> HttpResponse:
    """`do`: stop what runs, go on with what ended, take it back to the review, or name the recipe that it left."""
    worksheet = worksheet_for(request.actor, number)
    job = import_jobs.active_rehearsal(worksheet) or import_jobs.job_of(worksheet)
    do = request.POST.get("do")
    if do == "stop" and job is not None:
        control.request_cancel(job, by=request.actor)
    elif do == "go_on" and job is not None and _may_go_on(worksheet, job):
        control.resume(job)
        Worksheet.objects.filter(pk=worksheet.pk).update(state=WorksheetState.RUNNING, problem="")
    elif do == "name" and (recipe := recipes.recipe_of(worksheet)):
        _name(request, recipe)
    elif do == "review" and _may_be_reviewed_again(worksheet, job):
        reviewing.change(worksheet, reviewing.open_review(worksheet).choices)
        messages.info(request, _("Nothing of it was written. Change what you like and rehearse it again."))
    return redirect(worksheet)


def _name(request: SignedInRequest, recipe: Recipe) -> None:
    try:
        recipes.rename(recipe, text_parameter(request.POST, "name"))
    except InvalidMapping as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The recipe is called “%s” now.") % recipe.name)


def _may_go_on(worksheet: Worksheet, job: Job | None) -> bool:
    has_ended = worksheet.state in {WorksheetState.FAILED, WorksheetState.CANCELLED} and job is not None and not job.is_active
    return has_ended and worksheet.purged_at is None and bool(worksheet.change_set)


def _may_be_reviewed_again(worksheet: Worksheet, job: Job | None) -> bool:
    """Only where nothing was written."""
    is_idle = job is None or not job.is_active
    return is_idle and worksheet.change_set is None and worksheet.purged_at is None and bool(worksheet.look)
