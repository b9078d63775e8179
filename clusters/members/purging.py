"""Deletes the lists that jobs changed members by, some days after they ended; what came of them stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from clusters.members.background import DONE, KIND, LISTED_BY
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job

PURGE = "purge-members"
BLOCK = 100  # jobs between two signs of life


def run_purge(running: RunningJob) -> dict[str, int]:
    """The scheduled job."""
    purged = 0
    for job in old_jobs(timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS)):
        purge(job)
        purged += 1
        if purged % BLOCK == 0:
            running.beat(done=purged)
    return {"purged": purged}


def old_jobs(before: datetime) -> list[Job]:
    """Those that may still hold a list or keys that nobody has."""
    over = Job.objects.filter(kind=KIND, finished_at__lt=before).exclude(state__in=ACTIVE)
    return [job for job in over if LISTED_BY & job.checkpoint.keys() or _keys_nobody_has(job)]


def purge(job: Job) -> None:
    job.checkpoint = {name: value for name, value in job.checkpoint.items() if name not in LISTED_BY}
    for counts in (job.checkpoint.get(DONE), job.result):
        if counts:
            counts["unknown"] = []
    job.save(update_fields=["checkpoint", "result"])


def _keys_nobody_has(job: Job) -> bool:
    return bool((job.result or {}).get("unknown") or job.checkpoint.get(DONE, {}).get("unknown"))
