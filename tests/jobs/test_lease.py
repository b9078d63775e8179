"""A running job acts for the person who started it."""

import pytest

from crm.jobs import registry
from crm.jobs.control import prepare
from crm.jobs.lease import take_lease
from crm.people.actors import Actor
from crm.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease(monkeypatch):
    monkeypatch.setitem(registry._handlers, "count", lambda _running: None)

    def taken(by: User | None, subject: str = ""):
        running = take_lease(prepare("count", by=by, subject=subject).pk)
        assert running is not None
        return running

    return taken


def test_a_job_acts_for_the_person_who_started_it(lease):
    user = User.objects.create_user("ana@example.com", role="POWER")

    running = lease(user, subject="42")

    assert running.actor("worksheet") == Actor(user, "worksheet", "42")


def test_history_refers_to_the_job_where_it_is_the_channel(lease):
    running = lease(None)

    assert running.actor("job") == Actor(None, "job", str(running.id), is_operator=True)
