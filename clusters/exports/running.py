"""One export from its file to its end: a job that may be killed at any moment, and go on by another process."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.errors import InvalidCluster
from clusters.exports.access import require_export
from clusters.exports.making import delete_files, keep_newest, make_file
from clusters.exports.posting import INTERNET, Network, NotDelivered
from clusters.exports.public_addresses import AddressRefused
from clusters.exports.sending import send
from clusters.exports.signing import SecretLost
from clusters.models import ExportRun
from crm.jobs import failures, outcomes
from crm.jobs.errors import NotAllowed
from crm.jobs.executing import require_permission
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.rules.errors import RuleError
from crm.worksheets.errors import DoesNotFit, InvalidMapping

KIND = "export-cluster"
PAUSES = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360)]
MOST_ATTEMPTS = len(PAUSES) + 1
WATCHED = timedelta(hours=1)  # afterwards a run of which nothing was heard is tried again
# Time alone mends none of these.
FINAL = (InvalidCluster, InvalidMapping, DoesNotFit, RuleError, AddressRefused, SecretLost)


class GivenUp(Exception):
    """So many processes ended over this export that another would too."""

    def __str__(self) -> str:
        return _("It was begun %s times and never came to an end.") % MOST_ATTEMPTS


def run(job: RunningJob, *, network: Network = INTERNET) -> dict[str, Any] | None:  # Any: JSON values
    """Nothing where it is over, or was removed meanwhile. Raises what it failed for, after storing that and the next try."""
    found = _unfinished(job.subject)
    if found is None:
        return None
    _check_rights(found, job.actor("job"))
    with outcomes.outcome(failed=lambda error: _store_failure(found, error, job), cancelled=lambda: _store_stopped(found)):
        return _finish(found, job, network)


def store_refusal(job: RunningJob, reason: str) -> None:
    """Without the advice for imports that the reason of a job ends in."""
    if found := _unfinished(job.subject):
        try:
            require_permission(job.job)
            _check_rights(found, job.actor("job"))
        except NotAllowed as refusal:
            reason = str(refusal.args[0])
        _end(found, ExportRun.State.REFUSED, reason=reason)


def store_cancelled(job: Job, _by: Actor) -> None:
    if found := _unfinished(job.subject):
        _store_stopped(found)


def _unfinished(subject: str) -> ExportRun | None:
    waiting = ExportRun.objects.filter(pk=subject, state=ExportRun.State.WAITING)
    return waiting.select_related("export__cluster").first()


def _check_rights(found: ExportRun, actor: Actor) -> None:
    """Beyond what every job asks of whoever started it (decision 013)."""
    try:
        require_export(actor, found.export.cluster)
    except PermissionDenied as refusal:
        raise NotAllowed(_("The role of the person who scheduled this does not allow it any more.")) from refusal


def _finish(found: ExportRun, job: RunningJob, network: Network) -> dict[str, Any]:  # Any: JSON values
    _count_attempt(found)
    if not found.file:
        make_file(found, job)
    found.status = send(found, network=network) if found.export.address else None
    with transaction.atomic():
        job.save_checkpoint({})  # ours, or another process tells how it ended
        _end(found, ExportRun.State.DONE, status=found.status)
    if not found.export.address:
        keep_newest(found.export)
    return {"rows": found.rows, "bytes": found.bytes, "status": found.status}


def _count_attempt(found: ExportRun) -> None:
    """Before anything is tried: a process that dies over it has tried, too."""
    if found.attempts >= MOST_ATTEMPTS:
        raise GivenUp
    _update(found, attempts=F("attempts") + 1, next_try=timezone.now() + WATCHED)
    found.attempts += 1


def _store_failure(found: ExportRun, error: Exception, job: RunningJob) -> None:
    status = error.status if isinstance(error, NotDelivered) else None
    reason = failures.describe(error)
    if isinstance(error, FINAL) or found.attempts >= MOST_ATTEMPTS:
        _end(found, ExportRun.State.FAILED, reason=reason, status=status)
        details = {"cluster": found.export.cluster.name, "kept": str(status or type(error).__name__)}
        record_event(job.actor("job"), "export-failed", subject=found.export.cluster.entity, details=details)
    else:
        _update(found, next_try=timezone.now() + PAUSES[found.attempts - 1], reason=reason, status=status)


def _store_stopped(found: ExportRun) -> None:
    _end(found, ExportRun.State.FAILED, reason=_("Somebody stopped it."))


def _end(found: ExportRun, state: ExportRun.State, *, reason: str = "", status: int | None = None) -> None:
    """The file stays only where it is what was wanted."""
    _update(found, state=state, reason=reason, status=status, next_try=None, finished_at=timezone.now())
    if state != ExportRun.State.DONE or found.export.address:
        transaction.on_commit(lambda: delete_files(found))


def _update(found: ExportRun, **values: Any) -> None:  # Any: the columns of ExportRun
    ExportRun.objects.filter(pk=found.pk, state=ExportRun.State.WAITING).update(**values)
