"""The worker process: takes tasks from the queue, and ticks: reaps abandoned jobs and starts scheduled ones."""

import logging
from contextlib import suppress
from threading import Event, Thread
from types import FrameType

from django.db import OperationalError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from crm.jobs import failures, outage, reaping, scheduling
from crm.jobs.errors import Stopping
from crm.jobs.lease import LEASE_SECONDS, stopping

TICK_SECONDS = min(5, LEASE_SECONDS / 2)

log = logging.getLogger(__name__)


class JobWorker(Worker):
    """The queue's worker, which also asks its running job to stop at the next heartbeat."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stopping.set()
        super().shutdown(signum, frame)


def work() -> None:
    """Works until SIGTERM or SIGINT."""
    worker = make_worker()
    worker.configure_signals()
    over = Event()
    Thread(target=tick_until, args=(over,), daemon=True).start()
    try:
        _run_through_outages(worker)
    finally:
        over.set()


def _run_through_outages(worker: JobWorker) -> None:
    """A database that is away, or a disk too full to store even that a task is taken, does not end the worker."""
    while worker.running:
        try:
            worker.run()
        except Exception as error:
            if failures.is_full(error):
                log.warning("The worker waits for room on the disk: %s", error)
                stopping.wait(TICK_SECONDS)
            elif outage.is_away(error):
                log.warning("The worker waits for the database: %s", error)
                with suppress(Stopping):
                    outage.wait()
            else:
                raise


def make_worker() -> JobWorker:
    return JobWorker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def tick_until(over: Event) -> None:
    while not over.wait(TICK_SECONDS):
        tick()


def tick() -> None:
    close_old_connections()
    try:
        reaping.reap()
        scheduling.start_due()
    except OperationalError as error:
        log.warning("The next tick will try again: %s", error)
    finally:
        connection.close()
