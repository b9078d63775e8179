"""Imports as jobs: what the worker, the command and the page start."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.jobs import control, locking
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job
from crm.people.actors import Actor
from crm.records import bulk
from crm.schema.generated import current
from crm.worksheets.importing import applying, freshness, limits, preparing, rehearsing, run_outcomes
from crm.worksheets.importing.auditing import COMPLETED, record_end
from crm.worksheets.importing.deviations import Deviated
from crm.worksheets.importing.limits import LimitExceeded
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.mapping import recipes
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.phase_timing import Stopwatch
from crm.worksheets.results import ImportProgress

KIND = "import"
REHEARSAL = "rehearse"
WAITING = "waiting"  # a phase
PHASES = {
    "": _("Beginning"),
    WAITING: _("Waiting for another import of these records to end"),
    "staging": _("Reading the worksheet"),
    "comparing": _("Comparing with what is stored"),
    "counting": _("Counting what changes"),
    "applying": _("Writing"),
}


def prepare_import(worksheet: Worksheet, *, by: Actor) -> Job:
    """A job that the caller runs itself."""
    job = control.prepare(KIND, by=by, subject=worksheet.number, entity=worksheet.entity)
    return _assigned(worksheet, job)


def start_import(worksheet: Worksheet, *, by: Actor) -> Job:
    """A job for a worker."""
    return _assigned(worksheet, control.start(KIND, by=by, subject=worksheet.number, entity=worksheet.entity))


def start_rehearsal(worksheet: Worksheet, *, by: Actor) -> Job:
    return control.start(REHEARSAL, by=by, subject=worksheet.number, entity=worksheet.entity)


def active_rehearsal(worksheet: Worksheet) -> Job | None:
    """The rehearsal of this worksheet that a worker runs."""
    return Job.objects.filter(kind=REHEARSAL, subject=str(worksheet.number), state__in=ACTIVE).first()


def job_of(worksheet: Worksheet) -> Job | None:
    """Its import, running or over."""
    return Job.objects.filter(pk=worksheet.job).first() if worksheet.job else None


def lock_name(entity: str) -> str:
    """Imports of one entity come one after the other."""
    return locking.entity_lock_name(entity)


def go_on(worksheet: Worksheet, job: Job, *, on_progress: Callable[[Job], None]) -> None:
    """Runs an interrupted import in this process, at once where its own was killed. Raises JobBusy, and what an import raises."""

    def waiting() -> None:
        job.phase = WAITING
        on_progress(job)

    with locking.held(lock_name(worksheet.entity), waiting=waiting):
        control.mark_interrupted(job)
    control.resume(job)
    control.run_here(job, on_progress=on_progress)


def run_import(job: RunningJob) -> dict[str, Any]:
    """Stages unless the staged rows are complete, then applies from the checkpoint on. Not again where its end is stored."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    if worksheet.job == job.id and worksheet.state in COMPLETED:
        bulk.drop_tables(worksheet.staging)
        return worksheet.counts
    with (
        run_outcomes.import_outcome(job, worksheet) as watch,
        locking.held(lock_name(worksheet.entity), waiting=lambda: job.beat(phase=WAITING)),
        current.pinned(),
    ):
        progress = _begun(job)
        _run(job, preparing.prepare_resumed(worksheet, begun=progress.publication), progress, watch)
    return worksheet.counts


def store_refusal(job: RunningJob, reason: str) -> None:
    """That it was not run, or not to its end: what was written until then is counted."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    run_outcomes.store_end(job.job, worksheet, WorksheetState.FAILED, problem=reason)
    record_end(worksheet, by=job.actor("worksheet"))


def store_cancelled(job: Job, by: Actor) -> None:
    """For an import that was stopped while it waited, so that no worker stores its end."""
    if worksheet := Worksheet.objects.filter(job=job.pk).first():
        run_outcomes.store_end(job, worksheet, WorksheetState.CANCELLED)
        record_end(worksheet, by=by)


def store_refused_rehearsal(job: RunningJob, reason: str) -> None:
    Worksheet.objects.filter(number=int(job.subject)).update(problem=reason)


def _begun(job: RunningJob) -> ImportProgress:
    """The progress so far; the first run stores the publication that it begins under, for later runs that resume it."""
    progress = ImportProgress(**job.checkpoint)
    if not job.checkpoint:
        progress = replace(progress, publication=current.models().number)
        job.save_checkpoint(progress.to_json())
    return progress


def run_rehearsal(job: RunningJob) -> dict[str, Any]:
    """A rehearsal that takes longer than a page may. It waits for an import of the entity to end: its records are compared."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    with (
        run_outcomes.rehearsal_outcome(worksheet),
        locking.held(lock_name(worksheet.entity), waiting=lambda: job.beat(phase=WAITING)),
        current.pinned(),
    ):
        rehearsing.rehearse_in_detail(
            preparing.prepare(worksheet), lambda phase, rows: job.beat(phase=phase, done=rows, total=_rows_of(worksheet))
        )
    return worksheet.counts


def _run(job: RunningJob, prepared: Prepared, progress: ImportProgress, watch: Stopwatch) -> None:
    _stage(job, prepared, progress, watch)
    try:
        if not progress.has_applied:
            limits.refuse_exceeded(prepared.worksheet)
        _apply(job, prepared, progress, watch)
    except (Deviated, LimitExceeded) as stopped:
        run_outcomes.store_stop(job, prepared, stopped)
    else:
        if prepared.worksheet.look:  # it went through the review: the next worksheet with these columns is read the same way
            recipes.remember(prepared.worksheet, prepared.plan.headers)


def _stage(job: RunningJob, prepared: Prepared, progress: ImportProgress, watch: Stopwatch) -> None:
    worksheet = prepared.worksheet

    def on_progress(phase: str, rows: int) -> None:
        is_new = watch.begin(phase)
        watch.rows = rows
        job.beat(phase=phase, done=rows, total=_rows_of(worksheet))
        if is_new:
            run_outcomes.save_times(worksheet, watch)

    is_staged = (progress.has_applied or bool(worksheet.rehearsal)) and rehearsing.is_staged(worksheet)
    if progress.has_applied and not is_staged:
        rehearsing.stage_again(prepared, on_progress, after_row=progress.row)
    elif not is_staged:
        rehearsing.rehearse(prepared, on_progress)
    elif not progress.has_applied and not freshness.is_fresh(prepared, job=job.id):
        rehearsing.compare_again(prepared, on_progress)


def _apply(job: RunningJob, prepared: Prepared, progress: ImportProgress, watch: Stopwatch) -> None:
    done = progress.changed
    watch.begin("applying", rows=done)
    job.beat(phase="applying", done=done, total=prepared.worksheet.tally.changed)
    run_outcomes.save_times(prepared.worksheet, watch)

    def save_checkpoint(progress: ImportProgress) -> None:
        watch.rows = progress.changed
        run_outcomes.save_times(prepared.worksheet, watch)
        job.save_checkpoint(progress.to_json(), done=progress.changed)

    applying.apply(
        prepared,
        by=job.actor("worksheet"),
        progress=progress,
        save_checkpoint=save_checkpoint,
        check_cancelled=job.beat,
    )


def _rows_of(worksheet: Worksheet) -> int | None:
    """How many rows there are, where that is known before they are read."""
    known = worksheet.counts.get("rows") or (worksheet.look.get("is_whole") and worksheet.look.get("rows"))
    return int(known) if known else None


def _assigned(worksheet: Worksheet, job: Job) -> Job:
    worksheet.job = job.pk
    worksheet.phases, worksheet.seconds, worksheet.runs = [], None, 0
    worksheet.save(update_fields=["job", "phases", "seconds", "runs"])
    return job
