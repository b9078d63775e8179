"""The task queue knows a job by its id alone. Queued tasks name `run_job` by its path, which therefore stays."""

import logging
from uuid import UUID

from django.utils import timezone
from django_tasks import task

from crm.jobs import registry
from crm.jobs.errors import LeaseLost, NotAllowed, Stopping
from crm.jobs.executing import INTERRUPTIONS, execute
from crm.jobs.lease import RunningJob, take_lease
from crm.jobs.models import Job

log = logging.getLogger(__name__)


@task()
def run_job(job_id: str) -> None:
    """Runs the job unless it is held or over; a kind this release does not know is left to a newer worker."""
    kind = Job.objects.filter(pk=UUID(job_id)).values_list("kind", flat=True).first()
    if kind and registry.is_known(kind):
        work_on(UUID(job_id))


def work_on(job_id: UUID) -> None:
    """Runs one job if it is free. How it ends is stored with the job, so the queue need not know of errors."""
    running = take_lease(job_id)
    if running is None:
        return
    try:
        execute_or_requeue(running)
    except (LeaseLost, Stopping):
        log.info("Job %s goes on elsewhere", job_id)
    except NotAllowed:
        log.warning("Job %s is not allowed any more", job_id)
    except Exception:  # the state says failed and the log says why; the next job must run
        log.exception("Job %s failed", job_id)


def execute_or_requeue(running: RunningJob) -> None:
    """Where this process must end, a worker goes on from the checkpoint. Raises what `execute` raises."""
    try:
        execute(running)
    except INTERRUPTIONS:
        enqueue(running.job)
        raise


def enqueue(job: Job) -> None:
    queued = run_job.enqueue(str(job.pk))
    Job.objects.filter(pk=job.pk).update(task_id=str(queued.id), enqueued_at=timezone.now())
