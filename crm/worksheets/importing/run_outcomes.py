"""Stores how an import or a rehearsal ended, for its page: what was written, what was not, and why."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from crm.jobs import failures
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.jobs.outcomes import outcome
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.worksheets import phase_timing
from crm.worksheets.importing import adopting, rehearsing
from crm.worksheets.importing.auditing import record_end
from crm.worksheets.importing.deviations import Deviated
from crm.worksheets.importing.limits import LimitExceeded
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.phase_timing import Stopwatch
from crm.worksheets.results import ImportProgress


@contextmanager
def import_outcome(job: RunningJob, worksheet: Worksheet) -> Iterator[Stopwatch]:
    """Times an import that runs in the block, and stores how it ended; what goes on elsewhere has not ended."""
    Worksheet.objects.filter(pk=worksheet.pk).update(runs=F("runs") + 1)
    watch = Stopwatch(list(worksheet.phases), worksheet.seconds or 0)
    phase_timing.reset_peak()

    def cancelled() -> None:
        save_times(worksheet, watch)
        store_end(job.job, worksheet, WorksheetState.CANCELLED)
        record_end(worksheet, by=job.actor("worksheet"))

    def interrupted() -> None:
        save_times(worksheet, watch)
        Worksheet.objects.filter(pk=worksheet.pk).update(state=WorksheetState.INTERRUPTED)

    def failed(error: Exception) -> None:
        _make_room(worksheet, error)
        store_end(job.job, worksheet, WorksheetState.FAILED, problem=failures.describe(error))
        save_times(worksheet, watch)
        record_end(worksheet, by=job.actor("worksheet"))

    with outcome(failed=failed, cancelled=cancelled, interrupted=interrupted):
        yield watch
    watch.end()
    save_times(worksheet, watch)


@contextmanager
def rehearsal_outcome(worksheet: Worksheet) -> Iterator[None]:
    """Stores why a rehearsal failed."""

    def failed(error: Exception) -> None:
        _make_room(worksheet, error)
        Worksheet.objects.filter(pk=worksheet.pk).update(problem=failures.describe(error))

    with outcome(failed=failed):
        yield


def save_times(worksheet: Worksheet, watch: Stopwatch) -> None:
    """How long it took until now. Also while it runs: a process that is killed can store nothing any more."""
    worksheet.phases, worksheet.seconds = watch.so_far, watch.seconds
    worksheet.save(update_fields=["phases", "seconds"])


def store_end(job: Job, worksheet: Worksheet, state: WorksheetState, *, problem: str = "") -> None:
    """Stores how it ended, and how much is committed: the last chunk may have been counted and rolled back."""
    job.refresh_from_db(fields=["checkpoint"])
    done = ImportProgress(**job.checkpoint)
    worksheet.counts = worksheet.counts | {"done": done.to_json()}
    worksheet.state, worksheet.problem, worksheet.finished_at = state, problem, timezone.now()
    worksheet.save(update_fields=["counts", "state", "problem", "finished_at"])


def store_stop(job: RunningJob, prepared: Prepared, stopped: Deviated | LimitExceeded) -> None:
    """For an import that was to stop at what others changed, or at a limit. If
    nothing is written yet, it is rehearsed again for a new decision."""
    worksheet = prepared.worksheet
    if stopped.done:
        store_end(job.job, worksheet, WorksheetState.CANCELLED, problem=str(stopped))
        record_end(worksheet, by=job.actor("worksheet"))
        return
    ChangeSet.objects.filter(pk=worksheet.change_set or 0).delete()
    worksheet.change_set, worksheet.job, worksheet.state = None, None, WorksheetState.REHEARSED
    worksheet.save(update_fields=["change_set", "job", "state"])
    if not worksheet.look:  # it came by a command: somebody decides on the page
        adopting.adopt(prepared)
    rehearsing.rehearse_again_in_detail(prepared)
    worksheet.problem = str(stopped)
    worksheet.save(update_fields=["problem"])


def _make_room(worksheet: Worksheet, error: Exception) -> None:
    """On a full disk, to be able to store why: what is staged can be staged again."""
    if failures.is_full(error):
        with suppress(DatabaseError):
            bulk.drop_tables(worksheet.staging)
