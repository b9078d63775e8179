"""Two workers and one job: who has the lease works, who has lost it writes nothing."""

import os
import signal
import time

import pytest
from django.db import connection

from tests.faults.checks import assert_imported
from tests.faults.site import LEASE


def test_two_workers_do_one_job_once(site, listed):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)
    for _time in range(3):
        site.ask("enqueue({job})", job=job)

    site.start_worker()
    site.start_worker()

    assert site.finish(job)["state"] == "done"
    time.sleep(1)  # the other tasks are taken, and find that it is over
    assert_imported(site, number)
    assert site.ask("acts({number})", number=number) == 1


def test_a_paused_worker_that_wakes_without_its_lease_writes_nothing(site, listed):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)
    paused = site.start_worker()
    site.wait_until(f"{site.of(job)} AND phase = 'applying' AND done > 200")

    os.kill(paused.pid, signal.SIGSTOP)
    site.start_worker()
    time.sleep(LEASE * 3)
    os.kill(paused.pid, signal.SIGCONT)

    assert site.finish(job)["state"] == "done"
    time.sleep(1)
    assert_imported(site, number)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a lock of SQLite's ends only with its process")
def test_a_worker_that_wakes_without_its_lease_and_its_connection_writes_nothing(site, listed):
    """Cut off and asleep, it holds no lock any more: another has done all of it when it wakes."""
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, "job.phase == 'applying' and job.done > 200 and not inside") as asleep:
        os.kill(asleep.pid, signal.SIGSTOP)
        site.ask("cut_others()")
        site.start_worker()
        assert site.finish(job)["state"] == "done"
        os.kill(asleep.pid, signal.SIGCONT)

    assert asleep.returncode != 0
    assert_imported(site, number)
    assert site.ask("acts({number})", number=number) == 1


def test_a_worker_that_is_asked_to_end_leaves_the_job_to_the_next(site, listed):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)
    ending = site.start_worker()
    site.wait_until(f"{site.of(job)} AND phase = 'applying' AND done > 200")

    ending.terminate()
    site.start_worker()

    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)
