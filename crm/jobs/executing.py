"""Executes the handler of a job and stores how it ended."""

import logging
from typing import Any

from django.conf import settings
from django.utils import translation

from crm.jobs import outage, registry
from crm.jobs.errors import Cancelled, LeaseLost, Stopping
from crm.jobs.failures import describe
from crm.jobs.heartbeat import heartbeat
from crm.jobs.lease import RunningJob, release
from crm.jobs.models import JobState

INTERRUPTIONS = (Stopping, KeyboardInterrupt, SystemExit)

log = logging.getLogger(__name__)


def execute(running: RunningJob) -> None:
    """Runs the job in the language of the person who started it. Errors of the handler are stored and raised again.

    Raises one of INTERRUPTIONS when this process must end: the job is INTERRUPTED then, and the caller queues it again.
    """
    with translation.override(running.job.language or settings.LANGUAGE_CODE):
        _execute(running)


def _execute(running: RunningJob) -> None:
    try:
        release(running, JobState.DONE, result=_result(running))
    except LeaseLost:
        log.warning("Job %s is run by another process now", running.id)
        raise
    except Cancelled:
        release(running, JobState.CANCELLED)
    except INTERRUPTIONS:
        release(running, JobState.INTERRUPTED)
        raise
    except BaseException as error:
        release(running, JobState.FAILED, error=describe(error))
        raise


def _result(running: RunningJob) -> dict[str, Any] | None:
    handler = registry.handler(running.job.kind)
    with heartbeat(running):
        return outage.endured(running, lambda: handler(running))
