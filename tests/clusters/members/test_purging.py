"""Lists of jobs that changed members are deleted after some days; what came of them stays."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from clusters.catalogue import creating
from clusters.errors import InvalidSelection
from clusters.members import background
from clusters.members.purging import old_jobs, purge, run_purge
from clusters.members.selecting import Selection
from crm.jobs import control
from crm.jobs.lease import RunningJob, take_lease
from crm.jobs.models import Job, JobState
from crm.jobs.tasks import run_job
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(operator):
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=operator)
    return creating.create_cluster("Dealers", by=operator)


@pytest.fixture
def started(dealers, manager_client):
    """A job of the manager who is signed in."""
    person = Actor(User.objects.get(role=Role.MANAGER), "page")

    def start(selection: Selection) -> Job:
        return background.start(dealers, "add", selection, max_leave="", by=person)

    return start


def ended(job: Job, *, days: int, state: JobState = JobState.DONE) -> Job:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now() - timedelta(days=days))
    job.refresh_from_db()
    return job


@pytest.fixture
def purged(db):
    def run() -> dict[str, int]:
        return run_purge(RunningJob(control.prepare("purge-members", by=None), ""))

    return run


def test_old_lists_and_unknown_keys_are_deleted_and_the_counts_stay(started, purged):
    job = started(Selection("*", keys=["ana@example.com", "x@example.com"]))
    run_job.func(str(job.pk))
    ended(job, days=settings.RETAIN_FILES_DAYS + 1)

    assert purged() == {"purged": 1}

    job.refresh_from_db()
    assert "example.com" not in f"{job.checkpoint} {job.result}"
    assert (job.result["added"], job.result["unknown_count"]) == (1, 1)
    assert purged() == {"purged": 0}


@pytest.mark.parametrize(
    "selection",
    [Selection("*", keys=["ana@example.com"]), Selection(rule="email=ana@example.com"), Selection(listed="_q=ana@example.com")],
)
@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_what_was_never_done_keeps_no_list_either(started, purged, selection, state):
    job = ended(started(selection), days=settings.RETAIN_FILES_DAYS + 1, state=state)

    purged()

    job.refresh_from_db()
    assert "ana@" not in str(job.checkpoint)


def test_new_and_active_ones_keep_theirs(started):
    selection = Selection("*", keys=["ana@example.com"])
    ended(started(selection), days=settings.RETAIN_FILES_DAYS - 1)
    started(selection)
    ended(started(selection), days=settings.RETAIN_FILES_DAYS + 1, state=JobState.INTERRUPTED)

    assert old_jobs(timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS)) == []


def test_a_job_whose_list_is_gone_says_so_when_it_is_run_again(started):
    job = ended(started(Selection("*", keys=["ana@example.com"])), days=1, state=JobState.FAILED)
    purge(job)
    control.resume(job)

    with pytest.raises(InvalidSelection, match="give the list again"):
        background.run(take_lease(job.pk))


def test_a_job_that_was_done_says_what_came_of_it_when_it_is_run_again(started):
    job = started(Selection("*", keys=["ana@example.com", "x@example.com"]))
    background.run(take_lease(job.pk))
    job.refresh_from_db()
    purge(job)

    again = background.run(RunningJob(job, job.lease))

    assert (again["added"], again["unknown"], again["unknown_count"]) == (1, [], 1)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_the_page_of_the_cluster_shows_a_job_that_was_purged(started, manager_client, state):
    job = started(Selection("*", keys=["ana@example.com", "x@example.com"]))
    run_job.func(str(job.pk))
    purge(ended(job, days=0, state=state))

    page = manager_client.get("/clusters/Dealers/").content.decode()

    assert {JobState.DONE: "1 of the list is not known", JobState.FAILED: "Nothing was changed:"}[state] in page


def test_unknown_keys_are_counted_beyond_those_that_are_listed(started, monkeypatch):
    monkeypatch.setattr(background, "LISTED", 2)

    found = background.run(take_lease(started(Selection("*", keys=[f"{n}@x.example" for n in range(5)])).pk))

    assert (len(found["unknown"]), found["unknown_count"]) == (2, 5)
