"""A job of a person who may no longer do it is refused, with a sentence; it never runs with more than the person's rights."""

import pytest
from django.utils import timezone

from crm.jobs import control, registry
from crm.jobs.errors import NotAllowed
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job, JobState
from crm.people.actors import Actor
from crm.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch) -> list[Actor]:
    """On whose behalf the jobs of the kind `count` ran."""
    actors: list[Actor] = []
    monkeypatch.setitem(registry._handlers, "count", lambda running: actors.append(running.actor("job")))
    monkeypatch.setitem(registry._required, "count", "import")
    return actors


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def demote(user: User) -> None:
    User.objects.filter(pk=user.pk).update(role=Role.READER)


def delete(user: User) -> None:
    User.objects.filter(pk=user.pk).delete()


WAYS = [(deactivate, "deactivated"), (demote, "role"), (delete, "no account")]


@pytest.mark.parametrize(("way", "reason"), WAYS)
@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.INTERRUPTED])
def test_a_job_is_refused_when_its_person_may_no_longer_do_it(ran, person_of, way, reason, state):
    editor = person_of(Role.EDITOR)
    job = control.prepare("count", by=editor)
    Job.objects.filter(pk=job.pk).update(state=state)
    way(editor.user)

    with pytest.raises(NotAllowed, match=reason):
        control.run_here(job)

    job.refresh_from_db()
    assert (job.state, ran) == (JobState.FAILED, [])
    assert reason in job.error
    assert job.error.endswith(
        "So it was not run. Someone who may do it can start a new one; for an import: import the same file again, or undo it."
    )
    assert "editor@example.com" not in job.error


def test_a_job_goes_on_when_its_person_may_do_it_again(ran, person_of):
    editor = person_of(Role.EDITOR)
    job = control.prepare("count", by=editor)
    deactivate(editor.user)
    with pytest.raises(NotAllowed):
        control.run_here(job)
    User.objects.update(is_active=True)

    control.resume(job)
    control.run_here(job)

    assert ran == [Actor(editor.user, "job", str(job.pk))]


def test_a_job_that_nobody_started_runs_as_the_operator(ran):
    control.run_here(control.prepare("count", by=None))
    control.run_here(control.prepare("count", by=Actor.operator()))

    assert [actor.is_operator for actor in ran] == [True, True]


@pytest.mark.parametrize("channel", ["job", "worksheet", "undo"])
def test_who_was_deleted_meanwhile_becomes_nobody_and_not_the_operator(person_of, channel):
    job = control.prepare("import", by=person_of(Role.ADMINISTRATOR), subject=1)
    User.objects.all().delete()

    actor = RunningJob(job, str(timezone.now())).actor(channel)

    assert (actor.role, actor.is_operator, actor.user_id) == (None, False, None)


def test_every_kind_that_people_start_names_what_it_takes():
    by_writes = {"number", "refresh-clusters-of-field"}
    by_themselves = {kind for kind in registry._handlers if kind in registry.intervals() or kind in by_writes}

    assert {kind for kind in registry._handlers if not registry.required_verb(kind)} <= by_themselves
