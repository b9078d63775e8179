"""A database that crashes, or is away for a while, under a worker: the work waits and goes on from what was committed."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.faults.checks import assert_imported, assert_undone
from tests.faults.conftest import in_the_long_form, is_long, opened, uploaded
from tests.faults.server import Server, programs, serving
from tests.faults.site import LEASE, FaultySite

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql" or programs() is None, reason="needs PostgreSQL, and a server of its own"
)
AWAY = 10 if is_long() else LEASE + 1  # seconds

BEFORE_STAGING = "job.phase == 'staging'"
STAGED = "job.phase == 'staging' and job.done"
BETWEEN_CHUNKS = "job.phase == 'applying' and job.done > 300 and not inside"
WITHIN_A_CHUNK = "job.phase == 'applying' and job.done > 300 and inside"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def site(server, tmp_path_factory) -> Iterator[FaultySite]:
    with opened(server.url, tmp_path_factory.mktemp("outage")) as made:
        yield made


@pytest.fixture
def listed(site):
    yield from uploaded(site)


@pytest.mark.parametrize("moment", [in_the_long_form(BEFORE_STAGING), STAGED, in_the_long_form(BETWEEN_CHUNKS), WITHIN_A_CHUNK])
def test_an_import_waits_for_a_database_that_is_away(server, site, listed, moment):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, moment) as process:
        server.crash()
        process.stdin.write("go on\n")
        process.stdin.flush()
        time.sleep(AWAY)
        server.start()

    assert site.ask("job({job})", job=job)["state"] == "done"
    assert_imported(site, number)
    assert "The database did not answer for" in site.ask("page({number})", number=number)


@pytest.mark.parametrize("moment", [STAGED, BETWEEN_CHUNKS])
def test_a_worker_resumes_what_died_with_the_database(server, site, listed, moment):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, moment) as process:
        os.kill(process.pid, signal.SIGKILL)
        server.crash()
        server.start()

    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)
    assert site.ask("acts({number})", number=number) == 1


def test_an_undo_waits_for_a_database_that_is_away(server, site, listed):
    number, before = listed
    with site.held(site.ask("start_import({number})", number=number), "job.phase == 'applying'"):
        pass
    job = site.ask("start_undo({number})", number=number)

    with site.held(job, "job.phase == 'restoring' and job.done > 300") as process:
        server.crash()
        process.stdin.write("go on\n")
        process.stdin.flush()
        server.start()

    assert site.ask("job({job})", job=job)["state"] == "done"
    assert_undone(site, before)


def test_a_worker_without_work_waits_for_its_database(server, site, listed):
    number, before = listed
    worker = site.start_worker()
    assert site.finish(site.ask("start_import({number})", number=number))["state"] == "done"

    server.crash()
    time.sleep(AWAY)
    server.start()

    assert site.finish(site.ask("start_undo({number})", number=number))["state"] == "done"
    assert worker.poll() is None
    assert_undone(site, before)
