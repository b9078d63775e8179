"""Computes the difference between staged rows and records: the result of a rehearsal, and what applying starts from."""

from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.records.bulk.absent_members import drop_absent, stage_absent
from crm.records.bulk.duplicate_rows import refuse_or_drop_duplicates
from crm.records.bulk.expressions import any_differs, compared_rows, joined, lacks_key, may_find_several, not_refused
from crm.records.bulk.given_ids import taken_ids
from crm.records.bulk.held_values import not_held
from crm.records.bulk.matching import ambiguous, find_matches
from crm.records.bulk.merge import (
    CREATED,
    KEYLESS,
    REFUSED,
    REPEATED,
    SKIPPED,
    UNCHANGED,
    UPDATED,
    Difference,
    Merge,
    RowRefusal,
    StagedMerge,
)
from crm.records.bulk.names import quoted
from crm.records.bulk.outcomes import refusals_of, refused
from crm.records.bulk.staging import staged_merge
from crm.records.bulk.statements import execute, rows
from crm.records.bulk.unique.swaps import create_swaps
from crm.records.bulk.unique.values import repeated
from crm.records.bulk.whole_record_checks import faulty_records
from crm.records.dialects import dialect

FEW = 2  # of rows: fewer than one in so many

UNKNOWN_ID = gettext_lazy(
    "There is no record with this id. A new one has an empty cell here, and rows without a key are to be created."
)


@transaction.atomic
def difference(merge: Merge) -> Difference:
    """Gives each staged row its outcome and its record, refuses what no record may be, and counts."""
    merge = staged_merge(merge)
    dialect().plan_for_many_rows()
    if merge.replace:
        drop_absent(merge)
    if may_find_several(merge):
        find_matches(merge)
    _create_outcomes(merge)
    merge = replace(merge, writes_few=_writes_few(merge))
    create_swaps(merge)
    refusals = sorted(_refusals(merge), key=lambda refusal: refusal.row)
    counts = dict(rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} GROUP BY outcome"))
    return Difference(
        created=counts.get(CREATED, 0),
        updated=counts.get(UPDATED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        skipped=sum(counts.get(outcome, 0) for outcome in (SKIPPED, REPEATED, KEYLESS)),
        refusals=refusals,
        leaving=stage_absent(merge) if merge.replace else 0,
        repeated=counts.get(REPEATED, 0),
        keyless=counts.get(KEYLESS, 0),
    )


def _refusals(merge: StagedMerge) -> Iterator[RowRefusal]:
    """In this order: a row that is refused is out of the later questions."""
    yield from _unknown_ids(merge)
    yield from _missing_ids(merge)
    yield from taken_ids(merge)
    if may_find_several(merge):
        yield from ambiguous(merge)
    yield from refuse_or_drop_duplicates(merge)
    yield from not_held(merge)
    yield from faulty_records(merge)
    yield from repeated(merge)


def _create_outcomes(merge: StagedMerge) -> None:
    outcomes = quoted(merge.outcomes)
    selected = f"s.crm_row AS crm_row, {_record_of_row(merge)} AS record_id, {_outcome_of_row(merge)} AS outcome"
    execute(f"DROP TABLE IF EXISTS {outcomes}")
    execute(f"{dialect().TABLE} {outcomes} AS SELECT {selected} FROM {joined(merge)}")
    execute(f"CREATE UNIQUE INDEX {quoted(merge.outcomes + '_row')} ON {outcomes} (crm_row)")
    execute(f"ANALYZE {outcomes}")


def _writes_few(merge: StagedMerge) -> bool:
    written = f"sum(CASE WHEN outcome IN ('{CREATED}', '{UPDATED}') THEN 1 ELSE 0 END)"
    ((few,),) = rows(f"SELECT {FEW} * {written} < count(*) FROM {quoted(merge.outcomes)}")
    return bool(few)


def _record_of_row(merge: Merge) -> str:
    staged = "s.id, " if merge.gives_ids else ""
    return f"COALESCE(r.id, {staged}{dialect().new_ids()})"


def _outcome_of_row(merge: StagedMerge) -> str:
    """The outcome of a staged row s and its record r (null when it has none), as SQL."""
    changed = f"CASE WHEN {any_differs(merge)} THEN '{UPDATED}' ELSE '{UNCHANGED}' END"
    matched = f"'{SKIPPED}'" if merge.mode == "create" else changed
    several = f"WHEN m.found > 1 THEN '{REFUSED}' " if may_find_several(merge) and merge.mode != "create" else ""
    refused = f"WHEN s.crm_refused THEN '{REFUSED}' " if merge.replace else ""
    alone = f"WHEN {lacks_key(merge)} THEN '{_without_key(merge)}' ELSE '{_unmatched(merge)}'"
    return f"CASE {refused}{several}WHEN r.id IS NOT NULL THEN {matched} {alone} END"


def _without_key(merge: Merge) -> str:
    if merge.has_key and merge.empty_key == "skip":
        return KEYLESS
    return SKIPPED if merge.mode == "update" else CREATED


def _unmatched(merge: Merge) -> str:
    if merge.mode == "update":
        return REFUSED if merge.is_by_id else SKIPPED
    is_unknown = merge.is_by_id and merge.mode != "create" and not merge.names_records
    return REFUSED if is_unknown else CREATED


def _unknown_ids(merge: Merge) -> list[RowRefusal]:
    if not merge.is_by_id or not merge.has_key:
        return []
    found = rows(f"SELECT s.crm_row, s.id FROM {compared_rows(merge)} WHERE o.outcome = '{REFUSED}'{not_refused(merge)}")
    return refusals_of("id", found, str(UNKNOWN_ID))


def _missing_ids(merge: Merge) -> list[RowRefusal]:
    """Rows that would create a record without its id, where ids are given."""
    if not merge.names_records:
        return []
    lacks_id = " AND s.id IS NULL" if merge.gives_ids else ""
    found = rows(f"SELECT s.crm_row, '' FROM {compared_rows(merge)} WHERE o.outcome = '{CREATED}'{lacks_id}")
    return refused(merge, "id", found, _("Records of this entity are created with an id: enter it."))
