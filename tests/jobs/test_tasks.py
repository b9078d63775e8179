"""The queue runs jobs by their id."""

from uuid import uuid4

import pytest
from django_tasks_db.models import DBTaskResult

from crm.jobs import registry
from crm.jobs.control import prepare
from crm.jobs.errors import Stopping
from crm.jobs.models import Job, JobState
from crm.jobs.tasks import enqueue, run_job, work_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def handle(monkeypatch):
    return lambda handler: monkeypatch.setitem(registry._handlers, "count", handler)


def test_tasks_keep_the_path_that_the_queue_of_another_release_holds(handle):
    handle(lambda _running: None)

    enqueue(prepare("count", by=None))

    assert DBTaskResult.objects.values_list("task_path", flat=True).get() == "crm.jobs.tasks.run_job"
    assert run_job.module_path == "crm.jobs.tasks.run_job"


def test_a_job_of_an_unknown_kind_is_left_to_a_newer_worker():
    job = Job.objects.create(kind="of-tomorrow")

    run_job.call(str(job.pk))

    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_job_that_is_gone_is_no_error():
    run_job.call(str(uuid4()))


def test_where_the_process_must_end_the_job_is_queued_again(handle):
    def stop(_running):
        raise Stopping

    handle(stop)
    job = prepare("count", by=None)

    work_on(job.pk)

    job.refresh_from_db()
    assert (job.state, job.lease) == (JobState.INTERRUPTED, None)
    assert str(DBTaskResult.objects.get().pk) == job.task_id
