"""How long the change history is kept: a daily job makes room for the coming months and forgets the oldest."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from crm.jobs.lease import RunningJob
from crm.records.history.partitions import drop_before, ensure_partitions
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing.attachments import sweep


def keep_history(running: RunningJob) -> dict[str, int]:  # noqa: ARG001  # a job's signature
    added = ensure_partitions()
    forgotten = forget_before(timezone.now() - timedelta(days=settings.RETAIN_HISTORY_DAYS))
    return {"months_added": len(added), "changes_forgotten": forgotten, "files_deleted": sweep(timezone.now())}


def forget_before(cutoff: datetime) -> int:
    """Deletes what is older, whole months on PostgreSQL first; gives how many changes were deleted one by one."""
    drop_before(cutoff.date())
    deleted, _by_table = RecordChange.objects.filter(at__lt=cutoff).delete()
    ChangeSet.objects.filter(at__lt=cutoff).delete()
    return deleted
