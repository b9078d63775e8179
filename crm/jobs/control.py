"""The interface of jobs for the rest of the site: start, run, cancel and resume them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from crm.jobs import registry
from crm.jobs.errors import JobBusy
from crm.jobs.lease import take_lease
from crm.jobs.models import ACTIVE, WAITING, Job, JobState
from crm.jobs.tasks import enqueue, execute_or_requeue
from crm.people.actors import Actor
from crm.people.models import User


def start(
    kind: str, *, by: Actor | User | None, subject: object = "", entity: str = "", checkpoint: dict[str, Any] | None = None
) -> Job:
    """A job for a worker, queued when the caller's transaction commits."""
    job = prepare(kind, by=by, subject=subject, entity=entity, checkpoint=checkpoint)
    transaction.on_commit(lambda: enqueue(job))
    return job


def prepare(
    kind: str, *, by: Actor | User | None, subject: object = "", entity: str = "", checkpoint: dict[str, Any] | None = None
) -> Job:
    """A job that the caller runs itself with `run_here`; if the caller dies first, a worker runs it."""
    registry.handler(kind)
    return Job.objects.create(
        kind=kind,
        subject=str(subject),
        entity=entity,
        created_by=_user_id(by),
        language=translation.get_language() or "",
        checkpoint=checkpoint or {},
        enqueued_at=timezone.now(),
    )


def run_here(job: Job, *, on_progress: Callable[[Job], None] = lambda _job: None) -> Job:
    """Runs the job in this process, as a worker would. Raises JobBusy, and what the handler raises."""
    running = take_lease(job.pk)
    if running is None:
        raise JobBusy
    execute_or_requeue(replace(running, on_progress=on_progress))
    return running.job


def mark_interrupted(job: Job) -> None:
    """Frees a running job at once when its process is known to be dead: this one holds the lock that it worked under."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=JobState.INTERRUPTED, lease=None, lease_expires=None)


@transaction.atomic
def request_cancel(job: Job, *, by: Actor) -> None:
    """A waiting job is cancelled now, a running one at its next heartbeat."""
    Job.objects.filter(pk=job.pk, state__in=ACTIVE).update(cancel_requested=True)
    if Job.objects.filter(pk=job.pk, state__in=WAITING).update(state=JobState.CANCELLED, finished_at=timezone.now()):
        job.refresh_from_db()
        registry.store_cancelled(job, by)


def resume(job: Job) -> None:
    """Queues a job that failed or was cancelled again, to go on from its checkpoint."""
    over = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    if over.update(state=JobState.QUEUED, cancel_requested=False, error="", finished_at=None):
        transaction.on_commit(lambda: enqueue(job))


def _user_id(by: Actor | User | None) -> UUID | None:
    return by.user_id if isinstance(by, Actor) else by.pk if by else None
