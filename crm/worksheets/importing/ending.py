"""However an import ends, its page says the truth: what was written, what was not, and why."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from crm.jobs import failures, outage
from crm.jobs.errors import Cancelled, LeaseLost, Stopping
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.worksheets import measuring
from crm.worksheets.importing import rehearsing
from crm.worksheets.importing.applying import ImportProgress
from crm.worksheets.importing.deviations import Deviated
from crm.worksheets.mapping import recipes
from crm.worksheets.mapping.inspection import Inspection
from crm.worksheets.measuring import Stopwatch
from crm.worksheets.models import Worksheet, WorksheetState

INTERRUPTED = (Stopping, KeyboardInterrupt, SystemExit)


@contextmanager
def told(job: RunningJob, worksheet: Worksheet) -> Iterator[Stopwatch]:
    """Runs an import in the block and stores how it ended; what goes on elsewhere has not ended."""
    Worksheet.objects.filter(pk=worksheet.pk).update(runs=F("runs") + 1)
    watch = Stopwatch(list(worksheet.phases), worksheet.seconds or 0)
    measuring.reset_peak()
    try:
        yield watch
    except Deviated as stopped:
        _stop(job, worksheet, stopped)
    except Cancelled:
        keep_times(worksheet, watch)
        note(job.job, worksheet, WorksheetState.CANCELLED)
        raise
    except LeaseLost:
        raise
    except INTERRUPTED:
        keep_times(worksheet, watch)
        Worksheet.objects.filter(pk=worksheet.pk).update(state=WorksheetState.INTERRUPTED)
        raise
    except Exception as error:
        if outage.is_away(error):  # it goes on when the database is back
            raise
        _make_room(worksheet, error)
        note(job.job, worksheet, WorksheetState.FAILED, problem=failures.describe(error))
        keep_times(worksheet, watch)
        raise
    else:
        _remember(worksheet)
    watch.end()
    keep_times(worksheet, watch)


def keep_times(worksheet: Worksheet, watch: Stopwatch) -> None:
    """How long it took until now. Also in the midst of it: a process that is killed can store nothing any more."""
    worksheet.phases, worksheet.seconds = watch.so_far, watch.seconds
    worksheet.save(update_fields=["phases", "seconds"])


@contextmanager
def rehearsal_told(worksheet: Worksheet) -> Iterator[None]:
    try:
        yield
    except (Cancelled, LeaseLost, *INTERRUPTED):
        raise
    except Exception as error:
        if outage.is_away(error):
            raise
        _make_room(worksheet, error)
        Worksheet.objects.filter(pk=worksheet.pk).update(problem=failures.describe(error))
        raise


def _make_room(worksheet: Worksheet, error: Exception) -> None:
    """On a full disk, for saying so: what is staged can be staged again."""
    if failures.is_full(error):
        with suppress(DatabaseError):
            bulk.drop_tables(worksheet.staging)


def _stop(job: RunningJob, worksheet: Worksheet, stopped: Deviated) -> None:
    """Where nothing is written yet, it is rehearsed anew and can be decided on again."""
    if stopped.done:
        note(job.job, worksheet, WorksheetState.CANCELLED, problem=str(stopped))
        return
    ChangeSet.objects.filter(pk=worksheet.change_set or 0).delete()
    worksheet.change_set, worksheet.job, worksheet.state = None, None, WorksheetState.REHEARSED
    worksheet.save(update_fields=["change_set", "job", "state"])
    rehearsing.rehearse_again_closely(worksheet)
    worksheet.problem = str(stopped)
    worksheet.save(update_fields=["problem"])


def note(job: Job, worksheet: Worksheet, state: WorksheetState, *, problem: str = "") -> None:
    """Stores how it ended, and how much was written until then: what is committed, for the last chunk may have been noted and lost."""
    job.refresh_from_db(fields=["checkpoint"])
    done = ImportProgress(**job.checkpoint) if job.checkpoint else ImportProgress()
    worksheet.counts = worksheet.counts | {"done": done.to_json()}
    worksheet.state, worksheet.problem, worksheet.finished_at = state, problem, timezone.now()
    worksheet.save(update_fields=["counts", "state", "problem", "finished_at"])


def _remember(worksheet: Worksheet) -> None:
    """A worksheet that went through the review is read so again."""
    if worksheet.look:
        recipes.remember(worksheet, Inspection.from_json(worksheet.look).headers)
