"""Undoing an import, or any change-set: the rehearsal, the progress and the result on one page."""

from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from crm.extensions import ChangeSetOrigin, origin_of
from crm.jobs import control, failures, locking
from crm.jobs.models import Job
from crm.parameters import number_parameter
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records import undoing
from crm.records.history.descriptions import address_of
from crm.records.models import ChangeSet, Undo
from crm.records.undoing.concerned import first_titles
from crm.records.undoing.kept_messages import describe_kept, reasons
from crm.worksheets.importing import undo_jobs

AT_ONCE = 5_000  # changes: fewer are taken back while the page is awaited
PAGE_SIZE = 50
NAMED = 10  # records


@require_POST
def new_undo(request: SignedInRequest) -> HttpResponse:
    """Rehearses undoing a change-set; nothing is written."""
    require(request.actor, "undo")
    target = get_object_or_404(ChangeSet, pk=number_parameter(request.POST, "change_set", 0))
    require(request.actor, "undo", target.entity)
    try:
        undo_jobs.refuse_unfinished(target)
        undo_jobs.refuse_undone(target)
    except undoing.CannotUndo as refusal:
        messages.error(request, str(refusal))
        origin = _origin(target)
        return redirect(origin.url if origin else address_of(target, request.actor) or "worksheet-list")
    undo = undoing.open_undo(target, by=request.actor)
    _rehearse(request, undo)
    return redirect(undo)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_page(request: SignedInRequest, number: int) -> HttpResponse:
    undo = get_object_or_404(Undo.objects.select_related("target", "change_set"), pk=number)
    require(request.actor, "undo", undo.target.entity)
    job = Job.objects.filter(pk=undo.job).first() if undo.job else None
    if request.method == "POST":
        _act(request, undo, job)
        return redirect(undo)
    return render(request, "worksheets/undo.html", _context(request, undo, job))


def _act(request: SignedInRequest, undo: Undo, job: Job | None) -> None:
    if "stop" in request.POST and job is not None:
        control.request_cancel(job, by=request.actor)
    elif "go_on" in request.POST and job is not None:
        control.resume(job)
    elif "rehearse" in request.POST and undo.change_set is None:
        _rehearse(request, undo)
    elif "undo" in request.POST:
        _undo(request, undo)


def _rehearse(request: SignedInRequest, undo: Undo) -> None:
    if not _is_short(undo):
        undo_jobs.start_rehearsal(undo, by=request.actor)
        return
    try:
        undoing.rehearse(undo)
    except (undoing.CannotUndo, OSError, DatabaseError) as error:
        if not (isinstance(error, undoing.CannotUndo) or failures.is_full(error)):
            raise
        Undo.objects.filter(pk=undo.pk).update(state=Undo.State.FAILED, problem=failures.describe(error))


def _undo(request: SignedInRequest, undo: Undo) -> None:
    """Idempotent, however often the button is pressed; in the background where it takes long or must wait for an import."""
    reason = "" if undo.record_id else undo_jobs.reason_against(undo.target)
    if reason and undo.state == Undo.State.REHEARSED:  # meanwhile, from another page
        messages.error(request, reason)
        return
    if not Undo.objects.filter(pk=undo.pk, state=Undo.State.REHEARSED).update(state=Undo.State.RUNNING):
        return
    if not _is_short(undo) or any(locking.is_held(locking.entity_lock_name(entity)) for entity in undoing.entities_of(undo)):
        undo_jobs.start_undo(undo, by=request.actor)
        return
    try:
        with failures.suppress_disk_full():
            control.run_here(undo_jobs.prepare_undo(undo, by=request.actor))
    except undoing.CannotUndo as refusal:
        messages.error(request, str(refusal))


def _is_short(undo: Undo) -> bool:
    return undo.target.changes.all()[: AT_ONCE + 1].count() <= AT_ONCE


def _origin(target: ChangeSet) -> ChangeSetOrigin | None:
    """Of the change that is undone, or whose undo is: there one goes back to."""
    first = ChangeSet.objects.filter(pk=target.root).first() if target.root else None
    return origin_of(first or target)


def _concerned(target: ChangeSet, reader: Actor) -> dict[str, Any]:  # Any: template variables
    """Where the change was made on a page of its own: that page, and the titles of the first records."""
    origin = _origin(target)
    if origin is None:
        return {"origin": None}
    titles = first_titles(target, most=NAMED, reader=reader)
    return {"origin": origin, "titles": titles, "more": target.changes.count() - len(titles)}


def _context(request: SignedInRequest, undo: Undo, job: Job | None) -> dict[str, object]:
    kept = undo.kept.filter(pk__gt=number_parameter(request.GET, "_after", 0))[: PAGE_SIZE + 1]
    shown = list(kept)[:PAGE_SIZE]
    counts = undoing.UndoCounts.from_json(undo.counts) if undo.counts else undoing.UndoCounts()
    return {
        "undo": undo,
        "job": job,
        "is_active": job is not None and job.is_active,
        "may_go_on": job is not None and job.kind == undo_jobs.KIND and not job.is_active and undo.state != Undo.State.DONE,
        "name": undoing.name_of(undo.target),
        "counts": counts,
        "reasons": reasons(undo, reader=request.actor),
        "kept": describe_kept(shown, reader=request.actor),
        "next": shown[-1].pk if len(kept) > PAGE_SIZE else None,
        "url": address_of(undo.target, request.actor),
        **_concerned(undo.target, request.actor),
        "offered": [(other.target, undoing.name_of(other.target)) for other in undo_jobs.offered_by(undo)],
    }
