"""Undos as jobs: what the worker, the command and the page start."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.jobs import control, failures, locking
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job
from crm.jobs.outcomes import outcome
from crm.people.actors import Actor
from crm.records import undoing
from crm.records.models import ChangeSet, Undo
from crm.worksheets.importing.import_jobs import PHASES as IMPORT_PHASES
from crm.worksheets.importing.import_jobs import WAITING
from crm.worksheets.models import Worksheet

KIND = "undo"
REHEARSAL = "rehearse-undo"
MOST_UNDOS = 200  # are searched
PHASES = IMPORT_PHASES | {
    "comparing": gettext_lazy("Comparing with what was written since"),
    "restoring": gettext_lazy("Restoring values"),
}


def change_set_of(worksheet: Worksheet | None) -> ChangeSet:
    """What an import wrote. Raises CannotUndo when it wrote nothing, or is not over."""
    target = ChangeSet.objects.filter(pk=worksheet.change_set).first() if worksheet and worksheet.change_set else None
    if target is None:
        raise undoing.CannotUndo(_("This import wrote nothing, so there is nothing to undo."))
    refuse_unfinished(target)
    return target


def last_undo_of(worksheet: Worksheet | None) -> ChangeSet:
    """What the last undo of an import wrote, to be undone in turn. Raises
    CannotUndo where the import is not undone, or that is not over."""
    family = change_set_of(worksheet).family
    undos = Undo.objects.filter(Q(target=family) | Q(target__root=family), record_id="").exclude(change_set=None)
    wrote = (
        undo for undo in undos.select_related("target", "change_set") if undo.change_set and undo.change_set.changes.exists()
    )
    newest = next(wrote, None)
    if newest is None or newest.is_redo or newest.change_set is None:
        raise undoing.CannotUndo(_("This import is not undone, so there is nothing to redo."))
    refuse_unfinished(newest.change_set)
    return newest.change_set


def refuse_unfinished(target: ChangeSet) -> None:
    """Raises CannotUndo while the change-set is still being written."""
    jobs = [*_jobs(Worksheet.objects.filter(change_set=target.pk)), *_jobs(Undo.objects.filter(change_set=target))]
    if Job.objects.filter(pk__in=jobs, state__in=ACTIVE).exists():
        raise undoing.CannotUndo(_("This is not over yet; stop it first, or wait until it is."))


def refuse_undone(target: ChangeSet) -> None:
    """Raises CannotUndo where a second undo would find nothing."""
    if reason := reason_against(target):
        raise undoing.CannotUndo(reason)


def reason_against(target: ChangeSet) -> str:
    """Why nothing is left of a change-set, the last act on it took all of it back; empty for any other."""
    acts = Undo.objects.filter(Q(target=target.family) | Q(target__root=target.family), state=Undo.State.DONE)
    last = acts.order_by("-change_set_id").first()
    if last is None or last.target_id != target.pk or last.record_id or _kept_something(last):
        return ""
    if target.kind == ChangeSet.Kind.UNDO:
        return _("This undo is taken back already; there is nothing left of it to redo.")
    return _("This is undone already; there is nothing left of it to undo.")


def _kept_something(undo: Undo) -> bool:
    counts = undoing.UndoCounts.from_json(undo.counts)
    return bool(counts.kept or counts.values_kept)


def _jobs(acts: QuerySet) -> list[UUID]:
    return [job for job in acts.values_list("job", flat=True) if job]


def undos_of(worksheet: Worksheet) -> QuerySet[Undo]:
    """The undos of the import, newest first, without mere rehearsals."""
    return Undo.objects.filter(target=worksheet.change_set).exclude(change_set=None).select_related("target", "change_set")


def undone(worksheets: Iterable[Worksheet]) -> dict[int | None, Undo]:
    """The imports that are undone as things are, by their change-set, with the undo: not those that were redone since."""
    families = [worksheet.change_set for worksheet in worksheets if worksheet.change_set]
    over = Undo.objects.filter(Q(target__in=families) | Q(target__root__in=families), state=Undo.State.DONE, record_id="")
    newest = {undo.target.family: undo for undo in over.select_related("target").order_by("pk")}
    return {family: undo for family, undo in newest.items() if not undo.is_redo}


def offered_by(undo: Undo) -> list[Undo]:
    """Earlier undos that kept something because of what this one has undone: the rest of them is possible now."""
    if undo.state != Undo.State.DONE:
        return []
    blockers = {str(number) for number in (undo.target.family, *_descendants(undo.target))}
    earlier = Undo.objects.filter(state=Undo.State.DONE, target__entity=undo.target.entity, pk__lt=undo.pk).select_related(
        "target"
    )
    kept = [other for other in earlier[:MOST_UNDOS] if any(group["other"] in blockers for group in other.because)]
    newest = {other.target_id: other for other in reversed(kept) if other.target.family != undo.target.family}
    return list(newest.values())


def _descendants(target: ChangeSet) -> list[int]:
    return list(ChangeSet.objects.filter(undoes__isnull=False, root=target.family).values_list("pk", flat=True))


def prepare_undo(undo: Undo, *, by: Actor) -> Job:
    """A job that the caller runs itself."""
    return _assigned(undo, control.prepare(KIND, by=by, subject=undo.pk, entity=undo.target.entity))


def start_undo(undo: Undo, *, by: Actor) -> Job:
    """A job for a worker."""
    return _assigned(undo, control.start(KIND, by=by, subject=undo.pk, entity=undo.target.entity))


def start_rehearsal(undo: Undo, *, by: Actor) -> Job:
    return _assigned(undo, control.start(REHEARSAL, by=by, subject=undo.pk, entity=undo.target.entity))


def run_rehearsal(job: RunningJob) -> dict[str, Any]:
    undo = _undo_of(job)
    with _undo_outcome(job, undo):
        return undoing.rehearse(undo, _on_progress(job)).to_json()


def run_undo(job: RunningJob) -> dict[str, Any]:
    """Waits for other imports of the entity, then continues from the checkpoint; one whose end is stored is not run again."""
    undo = _undo_of(job)
    if undo.state == Undo.State.DONE:
        return undo.counts
    done = undoing.UndoCheckpoint.from_json(job.checkpoint) if job.checkpoint else None
    with _undo_outcome(job, undo), ExitStack() as locks:
        for entity in undoing.entities_of(undo):
            locks.enter_context(locking.held(locking.entity_lock_name(entity), waiting=lambda: job.beat(phase=WAITING)))
        counts = undoing.run(
            undo,
            by=job.actor("undo"),
            done=done,
            progress=_on_progress(job),
            checkpoint=_save_checkpoint(job),
            check_cancelled=job.beat,
        )
    return counts.to_json()


def _save_checkpoint(job: RunningJob) -> Callable[[undoing.UndoCheckpoint], None]:
    def save(done: undoing.UndoCheckpoint) -> None:
        job.save_checkpoint(done.to_json(), done=done.looked_at)

    return save


def _on_progress(job: RunningJob) -> undoing.Progress:
    def beat(phase: str, done: int, total: int | None) -> None:
        job.beat(phase=phase, done=done, total=total)

    return beat


@contextmanager
def _undo_outcome(job: RunningJob, undo: Undo) -> Iterator[None]:
    """Stores how it ended, with what was put back until then, unless it goes on elsewhere."""
    started = time.monotonic()
    try:
        with outcome(
            cancelled=lambda: _store_end(job.job, undo, Undo.State.STOPPED),
            failed=lambda error: _store_end(job.job, undo, Undo.State.FAILED, problem=failures.describe(error)),
        ):
            yield
    finally:
        undo.seconds = (undo.seconds or 0) + time.monotonic() - started
    undo.save(update_fields=["seconds"])


def _store_end(job: Job, undo: Undo, state: Undo.State, *, problem: str = "") -> None:
    job.refresh_from_db(fields=["checkpoint"])  # what is committed: the last chunk may have been rolled back
    counts = undoing.UndoCheckpoint.from_json(job.checkpoint).counts if job.checkpoint else undoing.UndoCounts()
    Undo.objects.filter(pk=undo.pk).update(state=state, problem=problem, counts=counts.to_json())


def store_refusal(job: RunningJob, reason: str) -> None:
    """That it was not run, or not to its end: what was put back until then is counted."""
    _store_end(job.job, _undo_of(job), Undo.State.FAILED, problem=reason)


def store_cancelled(job: Job, _by: Actor) -> None:
    """That it was stopped while it waited."""
    if undo := Undo.objects.filter(job=job.pk).first():
        _store_end(job, undo, Undo.State.STOPPED)


def _undo_of(job: RunningJob) -> Undo:
    return Undo.objects.select_related("target", "change_set").get(pk=int(job.subject))


def _assigned(undo: Undo, job: Job) -> Job:
    undo.job = job.pk
    undo.save(update_fields=["job"])
    return job
