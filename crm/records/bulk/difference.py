"""The difference between staged rows and records: this is the rehearsal, and what applying starts from."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.absent_members import forget_leaving, stage_leaving
from crm.records.bulk.duplicate_rows import refuse_or_drop_twins
from crm.records.bulk.marking import has_cleared, refused
from crm.records.bulk.matching import ambiguous, find_matches
from crm.records.bulk.merge import CREATED, REFUSED, REPEATED, SKIPPED, UNCHANGED, UPDATED, Difference, Merge, RowRefusal
from crm.records.bulk.names import quoted
from crm.records.bulk.unique_values import repeated
from crm.records.bulk.value_swaps import create_swaps
from crm.records.bulk.whole_record_checks import unfit


@transaction.atomic
def difference(merge: Merge) -> Difference:
    """Gives each staged row its outcome and its record, refuses what no record may be, and counts."""
    sql.DIALECTS[connection.vendor].plan_for_many_rows()
    if merge.replace:
        forget_leaving(merge)
    is_unsure = sql.may_find_several(merge)
    if is_unsure:
        find_matches(merge)
    _outcomes_table(merge)
    create_swaps(merge)
    refusals = [
        *_unknown_ids(merge),
        *_nameless(merge),
        *(ambiguous(merge) if is_unsure else []),
        *refuse_or_drop_twins(merge),
        *unfit(merge),
        *repeated(merge),
    ]
    counts = _counts(merge)
    leaving = stage_leaving(merge) if merge.replace else 0
    return Difference(
        created=counts.get(CREATED, 0),
        updated=counts.get(UPDATED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        skipped=counts.get(SKIPPED, 0) + counts.get(REPEATED, 0),
        refusals=sorted(refusals, key=lambda refusal: refusal.row),
        leaving=leaving,
        repeated=counts.get(REPEATED, 0),
    )


def outcome_of_row(merge: Merge) -> str:
    """The outcome of a staged row s and its record r (null when it has none), as SQL."""
    changed = sql.any_differs(merge, has_cleared=has_cleared(merge))
    matched = f"'{SKIPPED}'" if merge.mode == "create" else f"CASE WHEN {changed} THEN '{UPDATED}' ELSE '{UNCHANGED}' END"
    several = f"WHEN m.found > 1 THEN '{REFUSED}' " if sql.may_find_several(merge) and merge.mode != "create" else ""
    refused = f"WHEN s.crm_refused THEN '{REFUSED}' " if merge.replace else ""
    alone = f"WHEN {sql.lacks_key(merge)} THEN '{_without_key(merge)}' ELSE '{_unmatched(merge)}'"
    return f"CASE {refused}{several}WHEN r.id IS NOT NULL THEN {matched} {alone} END"


def _without_key(merge: Merge) -> str:
    return SKIPPED if merge.mode == "update" else CREATED


def _unmatched(merge: Merge) -> str:
    if merge.mode == "update":
        return REFUSED if merge.is_by_id else SKIPPED
    is_unknown = merge.is_by_id and merge.mode != "create" and not merge.names_records
    return REFUSED if is_unknown else CREATED


def _record_of_row(merge: Merge) -> str:
    made = sql.DIALECTS[connection.vendor].new_ids()
    return f"COALESCE(r.id, {'s.id, ' if merge.is_by_id and merge.has_key else ''}{made})"


def _outcomes_table(merge: Merge) -> None:
    table = sql.DIALECTS[connection.vendor].TABLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {quoted(merge.outcomes)}")
        cursor.execute(
            f"{table} {quoted(merge.outcomes)} AS SELECT s.crm_row AS crm_row, {_record_of_row(merge)} AS record_id,"
            f" {outcome_of_row(merge)} AS outcome FROM {sql.joined(merge)}",
            (),
        )
        cursor.execute(f"CREATE UNIQUE INDEX {quoted(merge.outcomes + '_row')} ON {quoted(merge.outcomes)} (crm_row)")
        cursor.execute(f"ANALYZE {quoted(merge.outcomes)}")


def _unknown_ids(merge: Merge) -> Iterator[RowRefusal]:
    if not merge.is_by_id or not merge.has_key:
        return
    rows = f"SELECT s.crm_row, s.id FROM {quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    for row, value in sql.rows(f"{rows} WHERE o.outcome = '{REFUSED}'{sql.not_refused(merge)}"):
        yield RowRefusal(row, "id", value, _("There is no record with this id; leave the cell empty to create one."))


def _nameless(merge: Merge) -> Iterator[RowRefusal]:
    """Rows that would make a record without saying its id, where ids are given."""
    if not merge.names_records:
        return
    lacks_id = f" AND {sql.lacks_key(merge)}" if merge.is_by_id else ""
    rows = f"SELECT s.crm_row, '' FROM {quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    found = sql.rows(f"{rows} WHERE o.outcome = '{CREATED}'{lacks_id}")
    yield from refused(merge, "id", found, _("Ids are given here: say the new record's id."))


def _counts(merge: Merge) -> dict[str, int]:
    return dict(sql.rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} GROUP BY outcome"))
