"""Writes a chunk of the difference, in the caller's transaction. A row that no longer fits is refused by itself."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from crm.records.bulk.batches import Batch, next_chunk, swap_batch
from crm.records.bulk.creating import create_records
from crm.records.bulk.expressions import lacks_key, may_find_several, same_key
from crm.records.bulk.matching import match_again
from crm.records.bulk.merge import CREATED, SKIPPED, UNCHANGED, UPDATED, Applied, Merge, RowRefusal, StagedMerge
from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.outcomes import refused
from crm.records.bulk.reference_targets import hold_targets
from crm.records.bulk.staging import staged_merge
from crm.records.bulk.statements import execute, lock, retried, rows
from crm.records.bulk.unique.swaps import has_swaps
from crm.records.bulk.unique.values import taken
from crm.records.bulk.updating import update_records
from crm.records.bulk.whole_record_checks import too_long
from crm.records.dialects import dialect
from crm.records.models import ChangeSet

CHUNK = 50_000


def apply_chunk(merge: Merge, change_set: ChangeSet, *, after_row: int, size: int = CHUNK) -> Applied:
    """Applies the next `size` rows that change something, before the first of them those that exchange unique values.

    Only what still differs is written, so a repeated call is safe. A row whose unique value another took, or whose record
    was deleted since the comparison, is refused.
    """
    chunk = next_chunk(merge, after_row, size)
    if chunk is None:
        return Applied()
    merge = staged_merge(merge)
    dialect().plan_for_many_rows()
    swapped = _apply_swaps(merge, change_set) if after_row == 0 and has_swaps(merge) else Applied()
    return swapped + _apply(merge, change_set, chunk)


def _apply_swaps(merge: StagedMerge, change_set: ChangeSet) -> Applied:
    """The rows are done then, and no part of the chunk that they stand in."""
    batch = swap_batch(merge)
    applied = _apply(merge, change_set, batch)
    written = f"{batch.outcomes} AND o.outcome IN ('{CREATED}', '{UPDATED}')"
    execute(f"UPDATE {quoted(merge.outcomes)} AS o SET outcome = '{UNCHANGED}' WHERE {written}")
    return applied


def _apply(merge: StagedMerge, change_set: ChangeSet, batch: Batch) -> Applied:
    refusals: list[RowRefusal] = []
    # A unique index would refuse a record that was created since the comparison, so the first attempt need not look for any.
    has_unique_key = not batch.swaps_values and not may_find_several(merge)
    applied = retried(
        lambda attempt: _write(merge, change_set, batch, is_compared=has_unique_key and attempt == 0),
        on_conflict=lambda: refusals.extend(taken(merge, batch.staged, may_swap=batch.swaps_values)),
        on_too_large=lambda: refusals.extend(too_long(merge, batch.staged)),
    )
    return replace(applied, refusals=(*refusals, *applied.refusals))


def _write(merge: StagedMerge, change_set: ChangeSet, batch: Batch, *, is_compared: bool) -> Applied:
    skipped, refusals = (0, []) if is_compared else _match_again(merge, batch)
    refusals += hold_targets(merge, batch.both)
    planned = dict(rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} o WHERE {batch.outcomes} GROUP BY outcome"))
    updated = 0
    if UPDATED in planned:
        lock(table_of(merge.model), f"SELECT o.record_id FROM {_outcomes(merge, batch, UPDATED)}")
        updated = update_records(merge, change_set, batch)
        if updated < planned[UPDATED] and not batch.is_of_absent_members:
            refusals += _deleted(merge, batch)
    if batch.is_of_absent_members:
        return Applied(last_row=batch.last, left=updated)
    created = create_records(merge, change_set, batch, planned[CREATED]) if CREATED in planned else 0
    return Applied(created, updated, batch.last, skipped, tuple(refusals))


def _outcomes(merge: Merge, batch: Batch, outcome: str) -> str:
    return f"{quoted(merge.outcomes)} o WHERE {batch.outcomes} AND o.outcome = '{outcome}'"


def _deleted(merge: Merge, batch: Batch) -> Iterator[RowRefusal]:
    absent = f"NOT EXISTS (SELECT 1 FROM {table_of(merge.model)} r WHERE r.id = o.record_id)"
    found = rows(f"SELECT o.crm_row, o.record_id FROM {_outcomes(merge, batch, UPDATED)} AND {absent}")
    yield from refused(merge, "id", found, _("The record was deleted in the meantime."))


def _match_again(merge: Merge, batch: Batch) -> tuple[int, list[RowRefusal]]:
    """Rows that were to be created, but whose record exists already:
    written by another process, or by an earlier run of this chunk.

    A row without a key is known by the id that its record was to have. Returns how many rows are skipped therefore,
    and the refused ones.
    """
    planned = f"o.outcome = '{CREATED}' AND {batch.both}"
    outcome = SKIPPED if merge.mode == "create" else UPDATED
    matched, refusals = _matched(merge, batch, planned, outcome)
    execute(
        f"UPDATE {quoted(merge.outcomes)} AS o SET outcome = '{UNCHANGED}'"
        f" FROM {quoted(merge.staging)} s, {table_of(merge.model)} r"
        f" WHERE o.crm_row = s.crm_row AND {lacks_key(merge)} AND r.id = o.record_id AND {planned}"
    )
    return matched if outcome == SKIPPED else 0, refusals


def _matched(merge: Merge, batch: Batch, planned: str, outcome: str) -> tuple[int, list[RowRefusal]]:
    if not may_find_several(merge):
        return _match_by_index(merge, planned, outcome), []
    if rows(f"SELECT 1 FROM {_outcomes(merge, batch, CREATED)} LIMIT 1"):
        return match_again(merge, planned, outcome)
    return 0, []


def _match_by_index(merge: Merge, planned: str, outcome: str) -> int:
    return execute(
        f"UPDATE {quoted(merge.outcomes)} AS o SET record_id = r.id, outcome = '{outcome}' FROM {quoted(merge.staging)} s"
        f" JOIN {table_of(merge.model)} r ON {same_key(merge)} WHERE o.crm_row = s.crm_row AND {planned}"
    )
