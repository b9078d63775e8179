"""Writes a rehearsed worksheet into records, chunk by chunk; a checkpoint is stored with every chunk."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from crm.extensions import tell_of_writing
from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.records.writing.recording import open_change_set
from crm.worksheets.errors import NothingWritten
from crm.worksheets.importing import deviations, refusals
from crm.worksheets.importing.auditing import record_end
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.models import RowError, Worksheet, WorksheetState
from crm.worksheets.results import Counts, ImportProgress

SaveCheckpoint = Callable[[ImportProgress], None]  # called in the chunk's transaction
CheckCancelled = Callable[[], None]  # called between chunks; raises where the import is to stop


@dataclass(frozen=True)
class RunningImport:
    """All that a chunk needs."""

    prepared: Prepared
    change_set: ChangeSet
    save_checkpoint: SaveCheckpoint
    check_cancelled: CheckCancelled

    @property
    def worksheet(self) -> Worksheet:
        return self.prepared.worksheet


def apply(
    prepared: Prepared,
    *,
    by: Actor,
    progress: ImportProgress | None = None,
    save_checkpoint: SaveCheckpoint = lambda _progress: None,
    check_cancelled: CheckCancelled = lambda: None,
) -> None:
    """Writes what the rehearsal found, from `progress` on; each chunk commits rows, history and checkpoint together.

    Raises NothingWritten when a row is refused and the worksheet is to be taken as a whole or not at all, Deviated when it
    is to stop at what others changed, and what `check_cancelled` raises.
    """
    worksheet, is_atomic = prepared.worksheet, prepared.plan.choices.atomic
    if is_atomic and worksheet.tally.errors:
        raise _nothing_written(worksheet)
    running = RunningImport(prepared, _change_set(worksheet, by=by), save_checkpoint, check_cancelled)
    begun = progress or ImportProgress()
    start = begun if begun.has_applied else replace(begun, skipped=worksheet.tally.skipped)
    done = _all_or_nothing(running, start) if is_atomic else _all_chunks(running, start)
    bulk.tidy(prepared.merge.model, rows=done.changed)
    _finish(running, done, by=by)
    bulk.drop_staging(prepared.merge)


def _all_chunks(running: RunningImport, progress: ImportProgress) -> ImportProgress:
    more: ImportProgress | None = progress
    while more is not None:
        running.check_cancelled()
        progress, more = more, _next_chunk(running, more)
    return progress


@transaction.atomic
def _next_chunk(running: RunningImport, progress: ImportProgress) -> ImportProgress | None:
    prepared = running.prepared.as_published_now()
    applied = bulk.apply_chunk(prepared.merge, running.change_set, after_row=progress.row, size=settings.IMPORT_CHUNK_ROWS)
    if applied.last_row is None:
        return None
    if prepared.plan.choices.stop:  # checked when the rows are locked, so that nobody writes in between
        deviations.refuse_deviations(prepared, done=progress.changed)
    refusals.store(running.worksheet, refusals.cell_refusals(applied.refusals, prepared.plan), is_cell=False)
    progress = progress.plus(applied)
    running.save_checkpoint(progress)
    return progress


def _all_or_nothing(running: RunningImport, progress: ImportProgress) -> ImportProgress:
    """One transaction; the refused rows are stored although nothing else stays."""
    refused: list[RowError] = []
    try:
        with transaction.atomic():
            progress = _all_chunks(running, progress)
            refused = list(running.worksheet.row_errors.all())
            if refused:
                raise NothingWritten
    except NothingWritten:
        RowError.objects.bulk_create(refused)
        running.change_set.delete()
        Worksheet.objects.filter(pk=running.worksheet.pk).update(change_set=None)
        raise _nothing_written(running.worksheet) from None
    return progress


@transaction.atomic
def _finish(running: RunningImport, done: ImportProgress, *, by: Actor) -> None:
    """An import that is over is recorded, and once: a run that is resumed after it finds it over."""
    worksheet, counts = running.worksheet, _final_counts(running.worksheet, done)
    worksheet.counts = counts.to_json()
    worksheet.state = WorksheetState.PARTLY if counts.errors else WorksheetState.DONE
    worksheet.deviations = deviations.find_deviations(running.prepared)
    worksheet.finished_at, worksheet.problem = timezone.now(), ""
    worksheet.save(update_fields=["counts", "state", "deviations", "finished_at", "problem"])
    if done.changed:
        tell_of_writing(worksheet.entity)
    record_end(worksheet, by=by)


def _final_counts(worksheet: Worksheet, done: ImportProgress) -> Counts:
    """What did happen, which is what the rehearsal found unless others wrote in between."""
    counts, errors = worksheet.tally, refusals.count_rows(worksheet)
    return replace(
        counts,
        created=done.created,
        updated=done.updated,
        unchanged=counts.rows - done.created - done.updated - done.skipped - errors,
        skipped=done.skipped,
        errors=errors,
        leaving=done.left,
        done=None,
    )


def _nothing_written(worksheet: Worksheet) -> NothingWritten:
    errors = refusals.count_rows(worksheet)
    worksheet.counts = replace(worksheet.tally, errors=errors).held_back.to_json()
    worksheet.save(update_fields=["counts"])
    message = ngettext("Nothing was written: %(n)s row is refused.", "Nothing was written: %(n)s rows are refused.", errors)
    return NothingWritten(f"{message % {'n': local_number(errors)}} {worksheet.row_errors.first()}")


@transaction.atomic
def _change_set(worksheet: Worksheet, *, by: Actor) -> ChangeSet:
    """One change-set an import, however often it is resumed."""
    change_set = ChangeSet.objects.filter(pk=worksheet.change_set).first() if worksheet.change_set else None
    if change_set is None:
        acting = Actor(by.user, "worksheet", str(worksheet.number), is_operator=by.is_operator)
        change_set = open_change_set(worksheet.entity, by=acting, at=timezone.now(), summary=worksheet.name[:200])
    worksheet.change_set, worksheet.state = change_set.pk, WorksheetState.RUNNING
    worksheet.save(update_fields=["change_set", "state"])
    return change_set
