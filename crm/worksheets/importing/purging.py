"""Deletes personal data of worksheets after some days: files, staged rows, refused cells and lists of undos."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job
from crm.records import bulk
from crm.records.models import Kept, Undo
from crm.worksheets.importing import import_jobs, refusals
from crm.worksheets.models import Worksheet, WorksheetState

KIND = "purge-worksheets"


def run_purge(job: RunningJob) -> dict[str, int]:
    """The scheduled job."""
    purged, before = 0, timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS)
    purge_kept(before)
    for worksheet in old_worksheets(before):
        purge(worksheet)
        purged += 1
        job.beat(done=purged)
    return {"purged": purged}


def old_worksheets(before: datetime) -> list[Worksheet]:
    """Without those that a job is using."""
    busy = Job.objects.filter(kind__in=[import_jobs.KIND, import_jobs.REHEARSAL], state__in=ACTIVE).values_list(
        "subject", flat=True
    )
    old = Worksheet.objects.filter(created_at__lt=before, purged_at=None)
    return [worksheet for worksheet in old if str(worksheet.number) not in set(busy)]


def purge(worksheet: Worksheet) -> None:
    """The counts, choices and phases stay: they show what was done, without personal data."""
    bulk.drop_tables(worksheet.staging)
    worksheet.row_errors.all().delete()
    refusals.forget_left_out_values(worksheet)
    worksheet.file.delete(save=False)
    worksheet.look = _without_values(worksheet.look)
    worksheet.purged_at = timezone.now()
    if worksheet.state in {WorksheetState.UPLOADED, WorksheetState.REHEARSED}:
        worksheet.counts, worksheet.rehearsal, worksheet.problem = {}, {}, ""
    worksheet.save()


def purge_kept(before: datetime) -> None:
    """Which records old undos left as they were; how many and why stays. An undo that is not over needs its list."""
    over = Undo.objects.filter(created_at__lt=before).exclude(state=Undo.State.RUNNING)
    Kept.objects.filter(undo__in=over).delete()


def discard(worksheet: Worksheet) -> None:
    """Deletes an upload completely. Only where nothing was written."""
    purge(worksheet)
    worksheet.delete()


def _without_values(look: dict[str, Any]) -> dict[str, Any]:  # Any: JSON values
    columns = [{**column, "samples": [], "values": {}} for column in look.get("columns", [])]
    return {**look, "columns": columns} if look else {}
