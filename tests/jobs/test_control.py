"""A job runs once, ends in an honest state, and goes on after its process died."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from crm.jobs import registry
from crm.jobs.control import prepare, request_cancel, resume, run_here, start
from crm.jobs.errors import Cancelled, JobBusy, LeaseLost, Stopping
from crm.jobs.lease import stopping, take_lease
from crm.jobs.models import Job, JobState
from crm.jobs.reaping import reap
from crm.jobs.worker import make_worker
from crm.people.actors import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def handle(monkeypatch):
    def register(handler, kind="count"):
        monkeypatch.setitem(registry._handlers, kind, handler)

    return register


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    def start_committed(**values):
        with django_capture_on_commit_callbacks(execute=True):
            return start("count", by=None, **values)

    return start_committed


def counting(running):
    for step in range(running.checkpoint.get("done", 0), 3):
        running.beat(phase="counting", done=step, total=3)
        running.save_checkpoint({"done": step + 1}, done=step + 1)
    return {"steps": 3}


def work_once():
    """What the worker's loop does with each task, without its closing of connections, which would end the test's transaction."""
    worker = make_worker()
    for task in DBTaskResult.objects.ready():
        task.claim(worker.worker_id)
        worker.run_task(task)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_expires=timezone.now() - timedelta(seconds=1))


def test_worker_runs_a_queued_job(handle, committed):
    handle(counting)
    job = committed(subject=42, entity="CL")

    work_once()

    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total, job.phase) == (JobState.DONE, {"steps": 3}, 3, 3, "counting")
    assert (job.subject, job.entity, job.lease) == ("42", "CL", None)


def test_job_is_queued_only_when_the_transaction_commits(handle):
    handle(counting)

    start("count", by=None)

    assert DBTaskResult.objects.count() == 0


def test_command_runs_its_job_in_its_own_process(handle):
    handle(counting)

    job = run_here(prepare("count", by=None))

    assert (job.state, job.result) == (JobState.DONE, {"steps": 3})
    assert DBTaskResult.objects.count() == 0


def test_held_job_is_not_run_twice(handle):
    handle(counting)
    job = prepare("count", by=None)
    take_lease(job.pk)

    with pytest.raises(JobBusy):
        run_here(job)


def test_error_is_stored_and_raised(handle):
    handle(lambda running: 1 / 0)
    job = prepare("count", by=None)

    with pytest.raises(ZeroDivisionError):
        run_here(job)

    job.refresh_from_db()
    assert (job.state, job.error, job.lease) == (JobState.FAILED, "division by zero", None)


def test_worker_survives_a_failing_job(handle, committed):
    handle(lambda running: 1 / 0)
    job = committed()

    work_once()

    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_lost_lease_stops_the_old_process(handle):
    handle(counting)
    job = prepare("count", by=None)
    old = take_lease(job.pk)
    expire(job)
    new = take_lease(job.pk)

    with pytest.raises(LeaseLost):
        old.beat(done=1)
    with pytest.raises(LeaseLost):
        old.save_checkpoint({"done": 1})

    new.beat(done=2)


def test_dead_workers_job_goes_on_from_its_checkpoint(handle, committed):
    handle(counting)
    job = committed()
    dead = take_lease(job.pk)
    dead.save_checkpoint({"done": 2}, done=2)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    expire(job)

    assert reap() == 1
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED
    work_once()

    job.refresh_from_db()
    assert (job.state, job.checkpoint) == (JobState.DONE, {"done": 3})
    assert DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count() == 1


def test_living_job_is_left_alone(handle, committed):
    handle(counting)
    job = committed()
    take_lease(job.pk)

    assert reap() == 0

    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_job_whose_task_was_lost_is_queued_again(handle, committed):
    handle(counting)
    job = committed()
    DBTaskResult.objects.all().delete()
    Job.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))

    assert (reap(), reap()) == (1, 0)

    work_once()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_running_job_is_cancelled_at_its_next_heartbeat(handle):
    def cancelled_halfway(running):
        request_cancel(running.job, by=Actor.operator())
        with pytest.raises(Cancelled):
            running.beat(done=1)
        running.beat(done=1)

    handle(cancelled_halfway)

    job = run_here(prepare("count", by=None))

    assert job.state == JobState.CANCELLED


def test_waiting_job_is_cancelled_at_once_and_can_be_resumed(handle, committed, django_capture_on_commit_callbacks):
    handle(counting)
    job = committed()

    request_cancel(job, by=Actor.operator())
    work_once()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED

    with django_capture_on_commit_callbacks(execute=True):
        resume(job)
    work_once()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_stopping_process_hands_its_job_back(handle):
    def stopped(running):
        stopping.set()
        running.beat(done=1)

    handle(stopped)
    job = prepare("count", by=None)

    with pytest.raises(Stopping):
        run_here(job)

    stopping.clear()
    job.refresh_from_db()
    assert (job.state, job.lease) == (JobState.INTERRUPTED, None)
    assert DBTaskResult.objects.filter(pk=job.task_id, status=TaskResultStatus.READY).exists()


def test_kind_of_a_newer_release_is_left_alone(handle, committed, monkeypatch):
    handle(counting)
    job = committed()
    monkeypatch.delitem(registry._handlers, "count")

    work_once()

    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_what_it_says_is_in_the_language_of_who_asked_for_it(handle, committed):
    handle(lambda _running: {"said": gettext("Password")})
    with translation.override("pt-br"):
        job = committed()

    work_once()

    job.refresh_from_db()
    assert job.result == {"said": "Senha"}


def test_errors_are_in_that_language_too(handle):
    def failing(_running):
        raise ValueError(gettext("Password"))

    handle(failing)
    with translation.override("es"):
        job = prepare("count", by=None)

    with pytest.raises(ValueError, match="Contraseña"):
        run_here(job)
    job.refresh_from_db()
    assert job.error == "Contraseña"
