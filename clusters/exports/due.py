"""What is due: each export once for its moment, however many processes look, and what is to be tried again."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from clusters.exports.moments_due import due_until, next_due
from clusters.exports.running import KIND, WATCHED
from clusters.models import ExportRun, ScheduledExport
from crm.jobs import control
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.people.models import User

Begin = Callable[..., Job]  # `control.start`, or `control.prepare` for a command that runs them itself

LOOKING = "find-due-exports"
EVERY = 60  # seconds


def is_any_due() -> bool:
    now = timezone.now()
    return ScheduledExport.objects.filter(next_due__lte=now).exists() or ExportRun.objects.filter(next_try__lte=now).exists()


def look(_job: RunningJob) -> dict[str, int]:
    return {"exports": len(start_due())}


def start_due(*, begin: Begin = control.start) -> list[Job]:
    now = timezone.now()
    due = ScheduledExport.objects.filter(next_due__lte=now).select_related("cluster")
    started = [job for export in due if (job := _start(export, now=now, begin=begin))]
    retried = ExportRun.objects.filter(next_try__lte=now).select_related("export__cluster")
    return [*started, *(_again(run, begin) for run in retried)]


def start_run(export: ScheduledExport, *, due: datetime, missed: int = 0, begin: Begin = control.start) -> Job:
    """A run for this moment, in the caller's transaction, as its owner and in the owner's language."""
    run = ExportRun.objects.create(export=export, due=due, missed=missed, next_try=timezone.now() + WATCHED)
    return _begin(run, begin)


def _start(export: ScheduledExport, *, now: datetime, begin: Begin) -> Job | None:
    """Nothing where another process was first: the row lets one."""
    zone, when = ZoneInfo(settings.TIME_ZONE), (export.every, export.day, export.hour)
    seen = export.next_due
    if seen is None:
        return None
    due, missed = due_until(*when, first=seen, now=now, zone=zone)
    with transaction.atomic():
        following = next_due(*when, after=due, zone=zone)
        if not ScheduledExport.objects.filter(pk=export.pk, next_due=seen).update(next_due=following):
            return None
        return start_run(export, due=due, missed=missed, begin=begin)


def _again(run: ExportRun, begin: Begin) -> Job:
    """The same job: its lease lets one process at a time work on a run."""
    job = Job.objects.filter(kind=KIND, subject=str(run.pk)).first()
    if job is None:
        return _begin(run, begin)
    control.resume(job)
    return job


def _begin(run: ExportRun, begin: Begin) -> Job:
    export = run.export
    with translation.override(export.language):
        return begin(KIND, by=User(pk=export.owner), subject=run.pk, entity=export.cluster.entity)
