"""Imports as jobs: what the worker, the command and the page start."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.jobs import locking, running
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job, JobState
from crm.people.actors import Actor
from crm.worksheets.importing import applying, ending, rehearsing
from crm.worksheets.importing.applying import ImportProgress
from crm.worksheets.measuring import Stopwatch
from crm.worksheets.models import Worksheet, WorksheetState

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
    job = running.prepare(KIND, by=by, subject=worksheet.number, entity=worksheet.entity)
    return _remembered(worksheet, job)


def start_import(worksheet: Worksheet, *, by: Actor) -> Job:
    """A job for a worker."""
    return _remembered(worksheet, running.start(KIND, by=by, subject=worksheet.number, entity=worksheet.entity))


def start_rehearsal(worksheet: Worksheet, *, by: Actor) -> Job:
    return running.start(REHEARSAL, by=by, subject=worksheet.number, entity=worksheet.entity)


def active_rehearsal(worksheet: Worksheet) -> Job | None:
    """The rehearsal of this worksheet that a worker is at."""
    return Job.objects.filter(kind=REHEARSAL, subject=str(worksheet.number), state__in=ACTIVE).first()


def job_of(worksheet: Worksheet) -> Job | None:
    """Its import, running or over."""
    return Job.objects.filter(pk=worksheet.job).first() if worksheet.job else None


def note_cancelled(worksheet: Worksheet, job: Job) -> None:
    """For an import that was cancelled while it waited, so that no worker notes it."""
    job.refresh_from_db()
    if job.kind == KIND and job.state == JobState.CANCELLED:
        ending.note(job, worksheet, WorksheetState.CANCELLED)


def lock_name(entity: str) -> str:
    """Imports of one entity come one after the other."""
    return locking.entity_lock_name(entity)


def go_on(worksheet: Worksheet, job: Job, *, on_progress: Callable[[Job], None]) -> None:
    """Runs an interrupted import in this process, at once where its own was killed. Raises JobBusy, and what an import raises."""

    def waiting() -> None:
        job.phase = WAITING
        on_progress(job)

    with locking.held(lock_name(worksheet.entity), waiting=waiting):
        running.mark_interrupted(job)
    running.resume(job)
    running.run_here(job, on_progress=on_progress)


def run_import(job: RunningJob) -> dict[str, Any]:
    """Stages unless the staged rows are whole, then applies from the checkpoint on."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    with (
        ending.told(job, worksheet) as watch,
        locking.held(lock_name(worksheet.entity), waiting=lambda: job.beat(phase=WAITING)),
    ):
        _run(job, worksheet, watch)
    return worksheet.counts


def run_rehearsal(job: RunningJob) -> dict[str, Any]:
    """A rehearsal that takes longer than a page may. It waits for an import of the entity to end: before, it would be of old records."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    with (
        ending.rehearsal_told(worksheet),
        locking.held(lock_name(worksheet.entity), waiting=lambda: job.beat(phase=WAITING)),
    ):
        rehearsing.rehearse_closely(worksheet, lambda phase, rows: job.beat(phase=phase, done=rows, total=_rows_of(worksheet)))
    return worksheet.counts


def _run(job: RunningJob, worksheet: Worksheet, watch: Stopwatch) -> None:
    done = ImportProgress(**job.checkpoint) if job.checkpoint else None
    _stage(job, worksheet, done, watch)
    watch.begin("applying", rows=done.changed if done else 0)
    total = sum(worksheet.counts.get(name, 0) for name in ("created", "updated", "leaving"))
    job.beat(phase="applying", done=done.changed if done else 0, total=total)
    ending.keep_times(worksheet, watch)

    def checkpoint(done: ImportProgress) -> None:
        watch.rows = done.changed
        ending.keep_times(worksheet, watch)
        job.save_checkpoint(done.to_json(), done=done.changed)

    applying.apply(worksheet, by=job.actor("worksheet"), done=done, checkpoint=checkpoint, heed=job.beat)


def _stage(job: RunningJob, worksheet: Worksheet, done: ImportProgress | None, watch: Stopwatch) -> None:
    def progress(phase: str, rows: int) -> None:
        is_new = watch.begin(phase)
        watch.rows = rows
        job.beat(phase=phase, done=rows, total=_rows_of(worksheet))
        if is_new:
            ending.keep_times(worksheet, watch)

    if done is not None:
        if not rehearsing.is_staged(worksheet):
            rehearsing.stage_again(worksheet, progress, after_row=done.row)
    elif worksheet.rehearsal and rehearsing.is_staged(worksheet):
        rehearsing.compare_again(worksheet, progress)
    else:
        rehearsing.rehearse(worksheet, progress)


def _rows_of(worksheet: Worksheet) -> int | None:
    """How many rows there are, where that is known before they are read."""
    known = worksheet.counts.get("rows") or (worksheet.look.get("is_whole") and worksheet.look.get("rows"))
    return int(known) if known else None


def _remembered(worksheet: Worksheet, job: Job) -> Job:
    worksheet.job = job.pk
    worksheet.phases, worksheet.seconds, worksheet.runs = [], None, 0
    worksheet.save(update_fields=["job", "phases", "seconds", "runs"])
    return job
