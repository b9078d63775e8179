"""What the task queue knows of jobs: an id to run."""

import logging
from uuid import UUID

from django_tasks import task

from crm.jobs import registry
from crm.jobs.models import Job

log = logging.getLogger(__name__)


@task()
def run_job(job_id: str) -> None:
    """Runs the job unless it is held or over; a kind this release does not know is left to a newer worker."""
    from crm.jobs import working  # noqa: PLC0415 - running enqueues this task, so it imports this module

    kind = Job.objects.filter(pk=UUID(job_id)).values_list("kind", flat=True).first()
    if kind and registry.is_known(kind):
        working.work_on(UUID(job_id))
