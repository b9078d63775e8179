"""What a worker does beside waiting for tasks."""

import logging
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from uuid import UUID

from django.db import OperationalError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from crm.jobs import failures, outage, reaping, scheduling
from crm.jobs.errors import LeaseLost, Stopping
from crm.jobs.lease import LEASE_SECONDS, stopping, take_lease
from crm.jobs.running import run

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
        _run_patiently(worker)
    finally:
        over.set()


def _run_patiently(worker: JobWorker) -> None:
    """A database that goes away, is not there yet, or has no room to note even that a task is taken, is no reason to end."""
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


def work_on(job_id: UUID) -> None:
    """One job, if it is free; its end is stored with the job, so the queue need not know of it."""
    running = take_lease(job_id)
    if running is None:
        return
    try:
        run(running)
    except (LeaseLost, Stopping):
        log.info("Job %s goes on elsewhere", job_id)
    except Exception:  # the state says failed and the log says why; the next job must run
        log.exception("Job %s failed", job_id)


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
