"""One page of review: the guesses, the rehearsal below them, and the decision."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from crm.jobs import control, failures, locking
from crm.jobs.notices import watch
from crm.parameters import number_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.worksheets.access import worksheet_for
from crm.worksheets.importing import import_jobs, limits, preparing, purging, refusals, rehearsing
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import findings, fixes, guesses, questions, reviewing, summaries
from crm.worksheets.review.form import ReviewForm
from crm.worksheets.review.reviewing import REFUSALS, Review
from crm.worksheets.views.runs import run_page
from crm.worksheets.views.uploads import cluster_chip

SHOWN = 10  # of each kind; behind them is a page of all
CONFIRMED_ABOVE = 5  # a fifth of the members may leave without a typed number


@require_http_methods(["GET", "HEAD", "POST"])
def worksheet_page(request: SignedInRequest, number: int) -> HttpResponse:
    worksheet = worksheet_for(request.actor, number)
    rehearsal = import_jobs.active_rehearsal(worksheet)
    if (
        worksheet.state not in {WorksheetState.UPLOADED, WorksheetState.REHEARSED}
        or worksheet.job
        or worksheet.purged_at
        or rehearsal
    ):
        return run_page(request, worksheet, rehearsal)
    if request.POST.get("do") == "discard":
        return _discard(request, worksheet)
    try:
        _refresh(worksheet)
    except REFUSALS as refusal:
        worksheet.problem = str(refusal)
        return run_page(request, worksheet, rehearsal)
    review = reviewing.open_review(worksheet)
    if request.method == "POST":
        return _decide(request, review)
    return _show(request, review, _form(request, review))


def _refresh(worksheet: Worksheet) -> None:
    """Inspects the file if that was never done; withdraws a rehearsal
    whose rows are gone, or of other columns than are published now."""
    if not worksheet.look:
        reviewing.begin(worksheet)
    elif worksheet.state == WorksheetState.REHEARSED and not rehearsing.is_staged(worksheet):
        reviewing.change(worksheet, reviewing.open_review(worksheet).choices)


def _discard(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    purging.discard(worksheet)
    messages.success(request, _("“%s” is deleted; nothing of it was written.") % worksheet.name)
    return redirect("worksheet-list")


def _begin_again(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    try:
        reviewing.begin(worksheet, use_recipe=False)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect(worksheet)
    return rehearsed(request, reviewing.open_review(worksheet))


def _decide(request: SignedInRequest, review: Review) -> HttpResponse:
    """`do` is the pressed button: rehearse, import, release (past a limit) or anew (start over).

    `mend` holds the changes of a fix, as a query string.
    """
    worksheet, do = review.worksheet, request.POST.get("do", "rehearse")
    if do == "anew":
        return _begin_again(request, worksheet)
    form = _form(request, review, _with_fix(request.POST))
    if not form.is_valid():
        return _show(request, review, form)
    is_decision = do in {"import", "release"}
    if is_decision and form.chosen() == review.choices and review.is_settled and worksheet.state == WorksheetState.REHEARSED:
        return _release(request, review, form) if do == "release" else _import(request, review, form)
    if is_decision:
        worksheet.problem = _("Something was changed since the rehearsal. Here is a new one: look at it, then decide.")
    message = worksheet.problem if is_decision else ""
    try:
        reviewing.change(worksheet, form.chosen(), unfilled=form.unfilled())
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _show(request, review, form)
    if (position := number_parameter(request.POST, "new_field")) is not None:
        return _other_page(request, reverse("worksheet-new-field", args=[worksheet.number, position]))
    return rehearsed(request, reviewing.open_review(worksheet), message=message)


def _form(request: SignedInRequest, review: Review, posted: QueryDict | None = None) -> ReviewForm:
    return ReviewForm(posted, review=review, holds_limits=not may(request.actor, "oversee", review.worksheet.entity))


def _other_page(request: SignedInRequest, address: str) -> HttpResponse:
    """As a page of its own, with its own address, also where htmx asks for the review."""
    return HttpResponseClientRedirect(address) if "HX-Request" in request.headers else redirect(address)


def rehearsed(request: SignedInRequest, review: Review, *, message: str = "") -> HttpResponse:
    """Rehearses unless something must be answered first, and redirects to the page: its address is all that a reload needs."""
    worksheet = review.worksheet
    if review.is_settled:
        try:
            reviewing.rehearse(worksheet, by=request.actor)
        except REFUSALS as refusal:
            message = str(refusal)
    if message:
        Worksheet.objects.filter(pk=worksheet.pk).update(problem=message)
    return redirect(worksheet)


def _with_fix(posted: QueryDict) -> QueryDict:
    if "mend" not in posted:
        return posted
    data, changes = posted.copy(), QueryDict(str(posted["mend"]))
    for name, value in changes.items():
        data[name] = str(value)
    return data


def _release(request: SignedInRequest, review: Review, form: ReviewForm) -> HttpResponse:
    """A manager lets the import pass its limits."""
    require(request.actor, "oversee", review.worksheet.entity)
    limits.release(review.worksheet, by=request.actor)
    return _import(request, review, form)


def _import(request: SignedInRequest, review: Review, form: ReviewForm) -> HttpResponse:
    worksheet = review.worksheet
    typed = "".join(filter(str.isdecimal, request.POST.get("confirm", "")))  # with its separators, as it is shown
    if must_type(worksheet) and typed != str(worksheet.tally.leaving):
        form.add_error(None, _("Type the number of those who leave to confirm it: %s.") % worksheet.tally.leaving)
        return _show(request, review, form)
    ready = Worksheet.objects.filter(pk=worksheet.pk, state=WorksheetState.REHEARSED, job=None)
    if not ready.update(state=WorksheetState.RUNNING):  # pressed twice: once is enough
        return redirect(worksheet)
    if not reviewing.is_quick(worksheet) or locking.is_held(import_jobs.lock_name(worksheet.entity)):
        job = import_jobs.start_import(worksheet, by=request.actor)
        watch(request, job, label=_("The import of %s") % worksheet.name, url=worksheet.get_absolute_url())
        return redirect(worksheet)
    with suppress(*REFUSALS), failures.suppress_disk_full():
        control.run_here(import_jobs.prepare_import(worksheet, by=request.actor))
    return redirect(worksheet)


def must_type(worksheet: Worksheet) -> bool:
    """Return True if more than a fifth of the members would leave, and no limit is small enough to leave that to a manager."""
    is_limited = any(stopping.limit == "max_leave" for stopping in limits.stopping_limits(worksheet))
    return not is_limited and worksheet.tally.leaving * CONFIRMED_ABOVE > worksheet.last_rehearsal.members


def _show(request: SignedInRequest, review: Review, form: ReviewForm) -> HttpResponse:
    worksheet, entity = review.worksheet, review.model.entity
    context = {
        "worksheet": worksheet,
        "entity": entity,
        "chip": cluster_chip(worksheet.entity, worksheet.cluster),
        "form": form,
        "questions": questions.prompts(review),
        "guesses": list(guesses.guesses(review, form)),
        "recipe_note": guesses.recipe_note(review, request.actor),
        "columns": [(column, form[f"column_{n}"], form.takes(n)) for n, column in enumerate(review.inspection.columns)],
        "may_add_fields": may(request.actor, "schema", worksheet.entity),
        "is_rehearsed": worksheet.state == WorksheetState.REHEARSED,
        **(_found(request, review) if worksheet.state == WorksheetState.REHEARSED else {}),
    }
    return render(request, "worksheets/review.html", context, status=422 if form.errors else 200)


def _found(request: SignedInRequest, review: Review) -> dict[str, Any]:  # Any: template variables
    worksheet, entity, counts = review.worksheet, review.model.entity, review.worksheet.tally
    prepared, rehearsal = preparing.prepare(worksheet), worksheet.last_rehearsal
    left = counts.skipped - counts.repeated - counts.keyless - counts.dropped
    return {
        "counts": counts,
        "left": left,
        "left_out": [(header, counts.left_out[header]) for header in review.inspection.headers if header in counts.left_out],
        "action": summaries.action(worksheet, entity),
        "movements": findings.movements(rehearsal, review.clusters),
        "cells": findings.cells_by_field(rehearsal, entity),
        "changes": findings.changes(prepared, request.actor, review.clusters, limit=SHOWN)
        if counts.updated or counts.leaving
        else None,
        "created": findings.rows(prepared, "created", limit=SHOWN) if counts.created else None,
        "skipped": findings.rows(prepared, "skipped", limit=SHOWN) if left else None,
        "causes": list(fixes.refusal_causes(review, refusals.groups(worksheet))),
        "remark_fixes": list(fixes.remark_fixes(review)),
        "must_type": must_type(worksheet),
        "exceeded": limits.exceeded_limits(worksheet),
        "may_release": may(request.actor, "oversee", worksheet.entity),
    }
