"""Finds abandoned jobs: active, and run by no process."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from crm.jobs.lease import LEASE_SECONDS
from crm.jobs.models import WAITING, Job, JobState
from crm.jobs.tasks import enqueue


def reap() -> int:
    """Marks jobs of dead processes as interrupted, and queues again those without a task. Returns how many were queued."""
    with transaction.atomic():
        _abandoned().update(state=JobState.INTERRUPTED, lease=None, lease_expires=None, enqueued_at=None)
    without_task = [job for job in _waiting_long() if not _has_task(job)]
    for job in without_task:
        enqueue(job)
    return len(without_task)


def _abandoned() -> QuerySet[Job]:
    # A row lock is a sign of life: a chunk renews its lease in a transaction that others see only afterwards.
    expired = Job.objects.filter(state=JobState.RUNNING, lease_expires__lt=timezone.now())
    ids = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return Job.objects.filter(pk__in=ids, state=JobState.RUNNING, lease_expires__lt=timezone.now())


def _waiting_long() -> QuerySet[Job]:
    """Jobs whose task may have been lost: its worker died between taking the task and taking the lease."""
    long_ago = timezone.now() - timedelta(seconds=LEASE_SECONDS)
    waiting = Job.objects.filter(state__in=WAITING)
    return waiting.filter(enqueued_at=None) | waiting.filter(enqueued_at__lt=long_ago)


def _has_task(job: Job) -> bool:
    # Only READY counts: a task whose worker was killed stays RUNNING for ever.
    return bool(job.task_id) and DBTaskResult.objects.filter(pk=job.task_id, status=TaskResultStatus.READY).exists()
