"""Deletes files of exports after some days, as of all exports, and the log of runs after some more."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from clusters.exports.making import delete_files
from clusters.models import ExportRun
from crm.jobs.lease import RunningJob

KIND = "purge-cluster-exports"
LOG_DAYS = 90
FOLDER = "cluster-exports"


def run_purge(job: RunningJob) -> dict[str, int]:
    """The scheduled job."""
    now = timezone.now()
    files, logged = now - timedelta(days=settings.RETAIN_FILES_DAYS), now - timedelta(days=LOG_DAYS)
    old = ExportRun.objects.exclude(state=ExportRun.State.WAITING).filter(finished_at__lt=files).exclude(file="")
    purged = 0
    for run in [*old, *_abandoned()]:
        delete_files(run)
        purged += 1
        job.beat(done=purged)
    ExportRun.objects.exclude(state=ExportRun.State.WAITING).filter(finished_at__lt=logged).delete()
    return {"purged": purged}


def _abandoned() -> list[ExportRun]:
    """Those whose files lie there although they were removed with their cluster, or ended without one."""
    try:
        folders = default_storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return []
    runs = ExportRun.objects.filter(pk__in=folders)
    needed = runs.exclude(file="") | runs.filter(state=ExportRun.State.WAITING)
    kept = set(map(str, needed.values_list("pk", flat=True)))
    return [ExportRun(pk=UUID(name)) for name in folders if name not in kept]
