"""Imports as jobs: what the worker, the command and the page start."""

import time
from collections.abc import Callable
from typing import Any

from crm.jobs import locking, registry, running
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.people.models import User
from crm.worksheets import importing, rehearsing
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.importing import Done
from crm.worksheets.models import State, Worksheet

KIND = "import"
WAITING = "waiting"  # a phase


def register() -> None:
    registry.register(KIND, run_import)


def prepare_import(worksheet: Worksheet, *, by: Actor) -> Job:
    """A job that the caller runs itself."""
    job = running.prepare(KIND, by=by, subject=worksheet.number, entity=worksheet.entity)
    return _remembered(worksheet, job)


def start_import(worksheet: Worksheet, *, by: Actor) -> Job:
    """A job for a worker."""
    return _remembered(worksheet, running.start(KIND, by=by, subject=worksheet.number, entity=worksheet.entity))


def lock_name(entity: str) -> str:
    """Imports of one entity come one after the other."""
    return locking.of_entity(entity)


def go_on(worksheet: Worksheet, job: Job, *, told: Callable[[Job], None]) -> None:
    """Runs an interrupted import in this process, at once where its own was killed. Raises JobBusy, and what an import raises."""

    def waiting() -> None:
        job.phase = WAITING
        told(job)

    with locking.held(lock_name(worksheet.entity), waiting=waiting):
        running.give_up_for_dead(job)
    running.resume(job)
    running.run_here(job, told=told)


def run_import(job: RunningJob) -> dict[str, Any]:
    """Stages unless the staged rows are whole, then applies from the checkpoint on."""
    worksheet = Worksheet.objects.get(number=int(job.subject))
    started = time.monotonic()
    try:
        with locking.held(lock_name(worksheet.entity), waiting=lambda: job.beat(phase=WAITING)):
            _run(job, worksheet)
    except (UnreadableWorksheet, InvalidMapping, NothingWritten) as refusal:
        Worksheet.objects.filter(pk=worksheet.pk).update(state=State.FAILED, problem=str(refusal))
        raise
    seconds = (worksheet.seconds or 0) + time.monotonic() - started
    Worksheet.objects.filter(pk=worksheet.pk).update(seconds=seconds)
    return worksheet.counts


def _run(job: RunningJob, worksheet: Worksheet) -> None:
    done = Done(**job.checkpoint) if job.checkpoint else None
    _stage(job, worksheet, done)
    job.beat(phase="applying", done=done.row if done else 0, total=worksheet.counts["rows"])
    importing.apply(
        worksheet, by=_actor(job), done=done, checkpoint=lambda done: job.save_checkpoint(done.to_json(), done=done.row)
    )


def _stage(job: RunningJob, worksheet: Worksheet, done: Done | None) -> None:
    def progress(phase: str, rows: int) -> None:
        job.beat(phase=phase, done=rows)

    if done is None:
        rehearsing.rehearse(worksheet, progress)
    elif not rehearsing.is_staged(worksheet):
        rehearsing.stage_again(worksheet, progress, after_row=done.row)


def _actor(job: RunningJob) -> Actor:
    user = User.objects.filter(pk=job.created_by).first() if job.created_by else None
    return Actor(user, "worksheet", job.subject, is_operator=user is None)


def _remembered(worksheet: Worksheet, job: Job) -> Job:
    worksheet.job = job.pk
    worksheet.save(update_fields=["job"])
    return job
