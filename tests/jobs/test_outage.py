"""A job whose connection is cut: here by the job itself, which asks the server to end it."""

import socket
from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from crm import health
from crm.jobs import outage, registry
from crm.jobs.control import prepare, run_here
from crm.jobs.errors import DatabaseLost
from crm.jobs.models import Job, JobState

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could be away"),
    # Not in a transaction of the test's, which would end with its connection; the tables of this app alone are emptied after it.
    pytest.mark.django_db(transaction=True, available_apps=["crm.jobs"]),
]


@pytest.fixture(autouse=True)
def _connected_again() -> Iterator[None]:
    yield
    connection.close()


def cut() -> None:
    connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def run(monkeypatch):
    def run_handler(handler) -> Job:
        monkeypatch.setitem(registry._handlers, "cut", handler)
        return run_here(prepare("cut", by=None))

    return run_handler


def test_the_work_goes_on_from_what_was_committed(run):
    begun = []

    def handler(running):
        begun.append(running.checkpoint)
        if len(begun) == 1:
            running.save_checkpoint({"row": 1})
            with transaction.atomic():
                running.save_checkpoint({"row": 2})
                cut()

    job = run(handler)

    job.refresh_from_db()
    assert begun == [{}, {"row": 1}]
    assert (job.state, job.away_seconds > 0) == (JobState.DONE, True)


def test_work_that_brings_the_database_down_is_not_tried_for_ever(run):
    begun = []

    def handler(running):
        begun.append(running.checkpoint)
        cut()

    with pytest.raises(DatabaseLost):
        run(handler)

    job = Job.objects.get()
    assert (job.state, len(begun)) == (JobState.FAILED, outage.MOST_LOST)
    assert job.error.startswith("The database went away 3 times at this place.")


def test_an_outage_with_progress_between_counts_anew(run):
    begun = []

    def handler(running):
        begun.append(running.checkpoint)
        if len(begun) <= outage.MOST_LOST + 1:
            running.save_checkpoint({"row": len(begun)})
            cut()

    assert run(handler).state == JobState.DONE


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SET statement_timeout = 1; SELECT pg_sleep(1)", "SELECT nothing"])
def test_a_refused_statement_is_no_outage(statement):
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute(statement)

    assert not outage.is_away(raised.value)


def test_patience_ends(monkeypatch, settings):
    settings.DATABASE_PATIENCE_SECONDS = 0
    with monkeypatch.context() as patched, pytest.raises(psycopg.OperationalError):
        patched.setitem(connection.settings_dict, "PORT", str(closed_port()))
        outage.wait()


def test_a_page_says_that_the_database_is_away(rf):
    try:
        psycopg.connect(host="127.0.0.1", port=closed_port())
    except psycopg.OperationalError:
        answer = health.server_error(rf.get("/"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Imports that are running wait for it" in answer.content.decode()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
