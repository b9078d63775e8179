"""Executes the handler of a job and stores how it ended."""

import logging
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.jobs import outage, registry
from crm.jobs.errors import Cancelled, LeaseLost, NotAllowed, Stopping
from crm.jobs.failures import describe
from crm.jobs.heartbeat import heartbeat
from crm.jobs.lease import RunningJob, release
from crm.jobs.models import Job, JobState
from crm.people.models import User
from crm.people.permissions import may

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
        require_permission(running.job)
        release(running, JobState.DONE, result=_result(running))
    except NotAllowed as refusal:
        registry.store_refusal(running, str(refusal))
        release(running, JobState.FAILED, error=str(refusal))
        raise
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


def require_permission(job: Job) -> None:
    """Raises NotAllowed where the person who started the job may no longer do it. Asked whenever a process takes it, first or
    again; what a command or a schedule started is allowed.
    """
    if job.created_by is None:
        return
    person = User.objects.filter(pk=job.created_by).first()
    if person is None:
        raise NotAllowed(_("The person who started this has no account any more."))
    if not person.is_active:
        raise NotAllowed(_("The account of the person who started this is deactivated."))
    verb = registry.required_verb(job.kind)
    if verb and not may(person, verb, job.entity or None):
        raise NotAllowed(_("The role of the person who started this does not allow it any more."))
