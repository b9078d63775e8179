"""A database without a free byte: not even that a job failed can
be stored. When there is room again, the page tells the truth."""

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from crm.jobs import reaping, registry, tasks
from crm.jobs import worker as worker_module
from crm.jobs.control import prepare
from crm.jobs.executing import execute
from crm.jobs.failures import is_full
from crm.jobs.lease import take_lease
from crm.jobs.models import Job, JobState


def full() -> OperationalError:
    error = OperationalError("as the driver says")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    return error


@pytest.fixture
def stranded(db, monkeypatch, no_room) -> Job:
    """A job that failed for want of room, and could not say so."""

    def handler(_running):
        raise full()

    monkeypatch.setitem(registry._handlers, "fills", handler)
    running = take_lease(prepare("fills", by=None).pk)
    with no_room(), pytest.raises(OperationalError) as raised, transaction.atomic():
        execute(running)
    assert is_full(raised.value)
    return Job.objects.get()


def let_the_lease_end(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_expires=timezone.now() - timedelta(seconds=1))


def test_the_job_is_stalled_and_nobody_calls_it_over(stranded):
    let_the_lease_end(stranded)

    stranded.refresh_from_db()
    assert (stranded.state, stranded.is_stalled, stranded.error) == (JobState.RUNNING, True, "")


def test_with_room_a_worker_takes_it_again_and_its_end_is_told(stranded):
    let_the_lease_end(stranded)
    reaping.reap()

    tasks.work_on(stranded.pk)

    stranded.refresh_from_db()
    assert (stranded.state, stranded.error.partition(":")[0]) == (JobState.FAILED, "The disk is full")


def test_with_room_it_goes_on_to_its_end(stranded, monkeypatch):
    monkeypatch.setitem(registry._handlers, "fills", lambda _running: {"rows": 3})
    let_the_lease_end(stranded)
    reaping.reap()

    tasks.work_on(stranded.pk)

    stranded.refresh_from_db()
    assert (stranded.state, stranded.result) == (JobState.DONE, {"rows": 3})


def test_a_worker_that_cannot_note_what_it_takes_waits_for_room(monkeypatch):
    monkeypatch.setattr(worker_module, "TICK_SECONDS", 0)

    class Worker:
        running, tries = True, 0

        def run(self):
            self.tries += 1
            if self.tries < 3:
                raise full()
            self.running = False

    worker = Worker()
    worker_module._run_through_outages(worker)

    assert worker.tries == 3


def test_a_worker_does_not_wait_for_what_waiting_would_not_mend(monkeypatch):
    class Worker:
        running = True

        def run(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        worker_module._run_through_outages(Worker())
