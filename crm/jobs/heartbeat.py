"""Renews a lease from a thread of its own, through one long statement or a slow file."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import OperationalError, connection

from crm.jobs.errors import LeaseLost
from crm.jobs.lease import LEASE_SECONDS, RunningJob, fence
from crm.jobs.models import Job

log = logging.getLogger(__name__)


@contextmanager
def heartbeat(running: RunningJob) -> Iterator[None]:
    over = Event()
    thread = Thread(target=_beat_until, args=(over, running), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _beat_until(over: Event, running: RunningJob) -> None:
    # A copy: the handler's thread changes its own while it works.
    renewed = RunningJob(Job(pk=running.id), running.lease)
    while not over.wait(LEASE_SECONDS / 3):
        if not _beat(renewed):
            return


def _beat(running: RunningJob) -> bool:
    try:
        fence(running)
    except LeaseLost:
        return False
    except OperationalError as error:
        # SQLite lets one write at a time; the job that writes renews its own lease.
        log.info("Heartbeat of job %s waits: %s", running.id, error)
    finally:
        connection.close()
    return True
