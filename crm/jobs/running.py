"""Starting a job, running it, ending it in an honest state."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from crm.jobs import outage, registry
from crm.jobs.errors import Cancelled, JobBusy, LeaseLost, Stopping
from crm.jobs.failures import told
from crm.jobs.heartbeat import pulse
from crm.jobs.lease import RunningJob, release, take_lease
from crm.jobs.models import ACTIVE, WAITING, Job, State
from crm.jobs.tasks import run_job

log = logging.getLogger(__name__)


# `by` is an actor, a user, a user's id, or None: Any, since this slice knows none of the slices that call it.
def start(kind: str, *, by: Any, subject: object = "", entity: str = "", checkpoint: dict[str, Any] | None = None) -> Job:
    """A job for a worker, queued when the caller's transaction commits."""
    job = prepare(kind, by=by, subject=subject, entity=entity, checkpoint=checkpoint)
    transaction.on_commit(lambda: enqueue(job))
    return job


def prepare(kind: str, *, by: Any, subject: object = "", entity: str = "", checkpoint: dict[str, Any] | None = None) -> Job:
    """A job that the caller runs itself with `run_here`; if it dies before, a worker does."""
    registry.handler(kind)
    return Job.objects.create(
        kind=kind,
        subject=str(subject),
        entity=entity,
        created_by=_person(by),
        language=translation.get_language() or "",
        checkpoint=checkpoint or {},
        enqueued_at=timezone.now(),
    )


def enqueue(job: Job) -> None:
    task = run_job.enqueue(str(job.pk))
    Job.objects.filter(pk=job.pk).update(task_id=str(task.id), enqueued_at=timezone.now())


def run_here(job: Job, *, told: Callable[[Job], None] = lambda _job: None) -> Job:
    """Runs the job in this process, as a worker would; `told` hears of each step. Raises JobBusy, and what the handler raises."""
    running = take_lease(job.pk)
    if running is None:
        raise JobBusy
    run(replace(running, told=told))
    return running.job


def run(running: RunningJob) -> None:
    """Runs the handler in the language of who asked for it and stores how it ended; an error is stored and raised."""
    with translation.override(running.job.language or settings.LANGUAGE_CODE):
        _run(running)


def _run(running: RunningJob) -> None:
    try:
        with pulse(running):
            result = outage.endured(running, lambda: registry.handler(running.job.kind)(running))
        finish(running, result)
    except LeaseLost:
        log.warning("Job %s is run by another process now", running.id)
        raise
    except Cancelled:
        release(running, State.CANCELLED)
    except (Stopping, KeyboardInterrupt, SystemExit):
        interrupt(running)
        raise
    except BaseException as error:
        fail(running, error)
        raise


def finish(running: RunningJob, result: dict[str, Any] | None) -> None:
    release(running, State.DONE, result=result)


def fail(running: RunningJob, error: BaseException) -> None:
    release(running, State.FAILED, error=told(error))


def interrupt(running: RunningJob) -> None:
    """Gives the job back, for a worker to go on from the checkpoint."""
    release(running, State.INTERRUPTED)
    enqueue(running.job)


def give_up_for_dead(job: Job) -> None:
    """Frees a job at once whose process is known to be dead, as when this one holds the lock that it worked under."""
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(state=State.INTERRUPTED, lease=None, lease_expires=None)


def request_cancel(job: Job) -> None:
    """A waiting job is cancelled now, a running one at its next heartbeat."""
    Job.objects.filter(pk=job.pk, state__in=ACTIVE).update(cancel_requested=True)
    Job.objects.filter(pk=job.pk, state__in=WAITING).update(state=State.CANCELLED, finished_at=timezone.now())


def resume(job: Job) -> None:
    """Queues a job that failed or was cancelled again, to go on from its checkpoint."""
    over = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
    if over.update(state=State.QUEUED, cancel_requested=False, error="", finished_at=None):
        transaction.on_commit(lambda: enqueue(job))


def _person(by: Any) -> UUID | None:
    user = getattr(by, "user", by)
    return getattr(user, "pk", user)
