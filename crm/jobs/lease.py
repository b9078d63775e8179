"""The lease: one process at a time runs a job, and shows that it is alive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from crm.jobs.errors import Cancelled, LeaseLost, Stopping
from crm.jobs.models import WAITING, Job, JobState
from crm.people.actors import Actor, Channel
from crm.people.models import User

LEASE_SECONDS = settings.JOB_LEASE_SECONDS

# Set when this process was asked to end.
stopping = Event()


@dataclass(frozen=True)
class RunningJob:
    """A job and the proof that this process runs it: what a handler is given."""

    job: Job
    lease: str
    on_progress: Callable[[Job], None] = lambda _job: None  # called after each step

    @property
    def id(self) -> UUID:
        return self.job.pk

    @property
    def subject(self) -> str:
        return self.job.subject

    @property
    def entity(self) -> str:
        return self.job.entity

    @property
    def created_by(self) -> UUID | None:
        return self.job.created_by

    def actor(self, channel: Channel) -> Actor:
        """The person on whose behalf the job runs; nobody, who may do nothing, where the account was
        deleted; the operator only where no person started it. History refers to the subject, or to the job itself.
        """
        user = User.objects.filter(pk=self.created_by).first() if self.created_by else None
        reference = str(self.id) if channel == "job" else self.subject
        return Actor(user, channel, reference, is_operator=self.created_by is None)

    @property
    def checkpoint(self) -> dict[str, Any]:  # Any: what the handler itself put there
        return self.job.checkpoint

    def beat(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Heartbeat and fence in one UPDATE: within a transaction, what it writes is committed only while the lease is ours.

        Raises LeaseLost, Cancelled, Stopping.
        """
        fence(self, **_progress(self.job, phase=phase, done=done, total=total))
        self.on_progress(self.job)
        _check_requests(self)

    def save_checkpoint(self, checkpoint: dict[str, Any], *, done: int | None = None) -> None:
        """In the caller's transaction, so that the work and the note of it are committed together.

        Raises LeaseLost only: the work is done, so it is kept; the next `beat` checks for a request to stop.
        """
        fence(self, checkpoint=checkpoint, **_progress(self.job, phase=None, done=done, total=None))
        self.on_progress(self.job)


def take_lease(job_id: UUID) -> RunningJob | None:
    """The job to run, or None when another process holds it or it is over."""
    now, lease = timezone.now(), str(uuid4())
    free = Q(state__in=WAITING) | Q(state=JobState.RUNNING, lease_expires__lt=now)
    taken = Job.objects.filter(free, pk=job_id).update(
        lease=lease, lease_expires=expiry(now), heartbeat=now, state=JobState.RUNNING, error="", finished_at=None
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id, started_at=None).update(started_at=now)
    return RunningJob(Job.objects.get(pk=job_id), lease)


def fence(running: RunningJob, **values: Any) -> None:  # Any: the columns of Job
    """Renews the lease and writes `values`, or raises LeaseLost."""
    now = timezone.now()
    values |= {"heartbeat": now, "lease_expires": expiry(now)}
    _update(running, values)


def release(running: RunningJob, state: JobState, **values: Any) -> None:  # Any: the columns of Job
    """Ends the run in `state`, or raises LeaseLost."""
    finished = None if state in WAITING else timezone.now()
    _update(running, {"state": state, "lease": None, "lease_expires": None, "finished_at": finished, **values})


def expiry(now: datetime) -> datetime:
    return now + timedelta(seconds=LEASE_SECONDS)


def _update(running: RunningJob, values: dict[str, Any]) -> None:
    mine = Job.objects.filter(pk=running.id, lease=running.lease, state=JobState.RUNNING)
    if not mine.update(**values):
        raise LeaseLost
    for name, value in values.items():
        setattr(running.job, name, value)


def _check_requests(running: RunningJob) -> None:
    if stopping.is_set():
        raise Stopping
    if Job.objects.filter(pk=running.id, cancel_requested=True).exists():
        raise Cancelled


def _progress(job: Job, *, phase: str | None, done: int | None, total: int | None) -> dict[str, Any]:
    if phase is not None and phase != job.phase:
        return _new_phase(phase, done=done or 0, total=total)
    values = {"done": done, "rate": _rate(job, done)} if done is not None else {}
    return values if total is None else {**values, "total": total}


def _new_phase(phase: str, *, done: int, total: int | None) -> dict[str, Any]:
    started = {"phase_started_at": timezone.now(), "phase_started_with": done}
    return {"phase": phase, "done": done, "total": total, "rate": None, **started}


def _rate(job: Job, done: int) -> float | None:
    if job.phase_started_at is None:
        return None
    seconds = (timezone.now() - job.phase_started_at).total_seconds()
    return round((done - job.phase_started_with) / seconds, 1) if seconds > 0 else None
