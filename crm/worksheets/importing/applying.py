"""A rehearsed worksheet becomes records, chunk by chunk; what was done is noted with every chunk."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from crm.people.actors import Actor
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current
from crm.worksheets.errors import NothingWritten
from crm.worksheets.importing import deviations, refusals
from crm.worksheets.importing.preparing import ColumnPlan, plan_of
from crm.worksheets.models import RowError, Worksheet, WorksheetState


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: the last row that was looked at, and what came of the rows up to there."""

    row: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    left: int = 0

    def and_then(self, applied: bulk.Applied) -> "ImportProgress":
        return ImportProgress(
            applied.last_row or self.row,
            self.created + applied.created,
            self.updated + applied.updated,
            self.skipped + applied.skipped,
            self.left + applied.left,
        )

    @property
    def changed(self) -> int:
        return self.created + self.updated + self.left

    def to_json(self) -> dict[str, int]:
        return asdict(self)


Checkpoint = Callable[[ImportProgress], None]  # called in the chunk's transaction
Heed = Callable[[], None]  # called between chunks; raises where the import is to stop


@dataclass(frozen=True)
class RunningImport:
    """All that a chunk needs."""

    worksheet: Worksheet
    plan: ColumnPlan
    change_set: ChangeSet
    checkpoint: Checkpoint
    heed: Heed

    @property
    def merge(self) -> bulk.Merge:
        return self.plan.merge(self.worksheet)

    @property
    def stops_at_deviations(self) -> bool:
        return self.plan.choices.stop


def apply(
    worksheet: Worksheet,
    *,
    by: Actor,
    done: ImportProgress | None = None,
    checkpoint: Checkpoint = lambda _done: None,
    heed: Heed = lambda: None,
) -> None:
    """Writes what the rehearsal found, from `done` on; each chunk commits rows, history and `checkpoint` together.

    Raises NothingWritten when a row is refused and the worksheet is to go in as a whole or not at all, Deviated when it is
    to stop at what others changed, and what `heed` raises.
    """
    is_atomic = bool(worksheet.choices.get("atomic"))
    if is_atomic and worksheet.counts["errors"]:
        raise _nothing_written(worksheet)
    with current.pinned():
        plan = plan_of(worksheet)
        started = done or ImportProgress(skipped=worksheet.counts["skipped"])
        running = RunningImport(worksheet, plan, _change_set(worksheet, by=by), checkpoint, heed)
        done = _all_or_nothing(running, started) if is_atomic else _all_chunks(running, started)
        bulk.tidy(running.merge.model, rows=done.changed)
        _finish(running, done)
        bulk.drop_staging(running.merge)


def _all_chunks(running: RunningImport, done: ImportProgress) -> ImportProgress:
    more: ImportProgress | None = done
    while more is not None:
        running.heed()
        done, more = more, _next_chunk(running, more)
    return done


@transaction.atomic
def _next_chunk(running: RunningImport, done: ImportProgress) -> ImportProgress | None:
    running = replace(running, plan=running.plan.as_published_now())
    applied = bulk.apply_chunk(running.merge, running.change_set, after_row=done.row, size=settings.IMPORT_CHUNK_ROWS)
    if applied.last_row is None:
        return None
    if running.stops_at_deviations:  # asked when the rows are locked, so that nobody comes in between
        deviations.refuse_deviations(running.worksheet, running.merge, done=done.changed)
    refusals.store(running.worksheet, refusals.cell_refusals(applied.refusals, running.plan), is_cell=False)
    done = done.and_then(applied)
    running.checkpoint(done)
    return done


def _all_or_nothing(running: RunningImport, done: ImportProgress) -> ImportProgress:
    """One transaction; the rows that were refused on the way are told although nothing else stays."""
    refused: list[RowError] = []
    try:
        with transaction.atomic():
            done = _all_chunks(running, done)
            refused = list(running.worksheet.row_errors.all())
            if refused:
                raise NothingWritten
    except NothingWritten:
        RowError.objects.bulk_create(refused)
        running.change_set.delete()
        Worksheet.objects.filter(pk=running.worksheet.pk).update(change_set=None)
        raise _nothing_written(running.worksheet) from None
    return done


def _finish(running: RunningImport, done: ImportProgress) -> None:
    worksheet = running.worksheet
    worksheet.counts = _final_counts(worksheet, done)
    worksheet.state = WorksheetState.PARTLY if worksheet.counts["errors"] else WorksheetState.DONE
    worksheet.deviations = deviations.find_deviations(worksheet, running.merge)
    worksheet.finished_at, worksheet.problem = timezone.now(), ""
    worksheet.save(update_fields=["counts", "state", "deviations", "finished_at", "problem"])


def _final_counts(worksheet: Worksheet, done: ImportProgress) -> dict[str, Any]:
    """What did happen, which is what the rehearsal said unless others wrote in between."""
    errors = worksheet.row_errors.values("row").distinct().count()
    rest = worksheet.counts["rows"] - done.created - done.updated - done.skipped - errors
    changed = {"created": done.created, "updated": done.updated, "unchanged": rest, "skipped": done.skipped, "errors": errors}
    return worksheet.counts | changed | {"leaving": done.left}


def _nothing_written(worksheet: Worksheet) -> NothingWritten:
    counts, errors = worksheet.counts, worksheet.row_errors.values("row").distinct().count()
    held_back = counts["rows"] - counts["unchanged"] - errors
    worksheet.counts = counts | {"created": 0, "updated": 0, "skipped": held_back, "errors": errors, "leaving": 0}
    worksheet.save(update_fields=["counts"])
    said = ngettext("Nothing was written: %(n)s row is refused.", "Nothing was written: %(n)s rows are refused.", errors)
    return NothingWritten(f"{said % {'n': errors}} {worksheet.row_errors.first()}")


def _change_set(worksheet: Worksheet, *, by: Actor) -> ChangeSet:
    """One change-set an import, however often it is resumed."""
    change_set = ChangeSet.objects.filter(pk=worksheet.change_set).first() if worksheet.change_set else None
    if change_set is None:
        acting = Actor(by.user, "worksheet", str(worksheet.number), is_operator=by.is_operator)
        change_set = open_change_set(worksheet.entity, by=acting, at=timezone.now(), summary=worksheet.name[:200])
    worksheet.change_set, worksheet.state = change_set.pk, WorksheetState.RUNNING
    worksheet.save(update_fields=["change_set", "state"])
    return change_set
