"""Starts jobs that run on a schedule, once each time, however many workers tick."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from crm.jobs import registry
from crm.jobs.control import start
from crm.jobs.models import ACTIVE, Job, Schedule


def start_due() -> list[Job]:
    now = timezone.now()
    for kind, every in registry.intervals().items():
        Schedule.objects.get_or_create(kind=kind, defaults={"every": every, "next_run": now})
    return [job for schedule in Schedule.objects.filter(next_run__lte=now) if (job := _start(schedule, now=now))]


@transaction.atomic
def _start(schedule: Schedule, *, now: datetime) -> Job | None:
    if not registry.is_known(schedule.kind) or not _lead(schedule, now=now):
        return None
    if Job.objects.filter(kind=schedule.kind, state__in=ACTIVE).exists():
        return None
    if not registry.is_needed(schedule.kind):
        return None
    return start(schedule.kind, by=None)


def _lead(schedule: Schedule, *, now: datetime) -> bool:
    """Return True if this process moved the clock on; of several that try, the row lets one."""
    unchanged = Schedule.objects.filter(pk=schedule.pk, next_run=schedule.next_run)
    return bool(unchanged.update(last_run=now, next_run=now + timedelta(seconds=schedule.every)))
