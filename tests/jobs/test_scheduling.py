"""What runs by the clock is started once each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.jobs import registry
from crm.jobs.models import Job, JobState, Schedule
from crm.jobs.scheduling import _lead, start_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def daily(monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {"purge": lambda running: None})
    monkeypatch.setattr(registry, "_intervals", {"purge": 86_400})


def test_due_job_is_started_once():
    first, second = start_due(), start_due()

    assert ([job.kind for job in first], second) == (["purge"], [])


def test_it_is_started_again_when_its_time_comes():
    start_due()
    Job.objects.update(state=JobState.DONE)
    Schedule.objects.update(next_run=timezone.now() - timedelta(seconds=1))

    assert len(start_due()) == 1


def test_it_is_not_started_while_the_last_one_runs():
    start_due()
    Schedule.objects.update(next_run=timezone.now() - timedelta(seconds=1))

    assert start_due() == []


def test_of_two_workers_one_leads():
    schedule = Schedule.objects.create(kind="purge", every=60, next_run=timezone.now())
    now = timezone.now()

    assert (_lead(schedule, now=now), _lead(schedule, now=now)) == (True, False)


def test_it_is_not_started_where_there_is_nothing_to_do(monkeypatch):
    work: list[str] = []
    monkeypatch.setattr(registry, "_needed", {"purge": lambda: bool(work)})

    assert start_due() == []
    work.append("something")
    Schedule.objects.update(next_run=timezone.now() - timedelta(seconds=1))
    assert [job.kind for job in start_due()] == ["purge"]
