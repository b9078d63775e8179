"""The difference between staged rows and records: this is the rehearsal, and what applying starts from."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.judging import unfit
from crm.records.bulk.marking import has_cleared, mark
from crm.records.bulk.merge import CREATED, REFUSED, SKIPPED, UNCHANGED, UPDATED, Difference, Merge, RowRefusal
from crm.records.bulk.names import quoted
from crm.records.bulk.repeating import repeated


@transaction.atomic
def difference(merge: Merge) -> Difference:
    """Gives each staged row its outcome and its record, refuses what no record may be, and counts."""
    sql.DIALECTS[connection.vendor].plan_for_many_rows()
    _outcomes_table(merge)
    refusals = [*_unknown_ids(merge), *_duplicates(merge), *unfit(merge), *repeated(merge)]
    counts = _counts(merge)
    return Difference(
        created=counts.get(CREATED, 0),
        updated=counts.get(UPDATED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        skipped=counts.get(SKIPPED, 0),
        refusals=sorted(refusals, key=lambda refusal: refusal.row),
    )


def outcome_of_row(merge: Merge) -> str:
    """The outcome of a staged row s and its record r (null when it has none), as SQL."""
    changed = sql.any_differs(merge, has_cleared=has_cleared(merge))
    matched = f"'{SKIPPED}'" if merge.mode == "create" else f"CASE WHEN {changed} THEN '{UPDATED}' ELSE '{UNCHANGED}' END"
    return f"CASE WHEN r.id IS NOT NULL THEN {matched} WHEN s.crm_key IS NULL THEN '{_without_key(merge)}' ELSE '{_unmatched(merge)}' END"


def _without_key(merge: Merge) -> str:
    return SKIPPED if merge.mode == "update" else CREATED


def _unmatched(merge: Merge) -> str:
    if merge.mode == "update":
        return REFUSED if merge.key == "id" else SKIPPED
    return REFUSED if merge.key == "id" and merge.mode != "create" else CREATED


def _record_of_row(merge: Merge) -> str:
    made = sql.DIALECTS[connection.vendor].new_ids()
    return f"COALESCE(r.id, {'s.crm_key, ' if merge.key == 'id' else ''}{made})"


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
    if merge.key != "id":
        return
    rows = f"SELECT s.crm_row, s.crm_key FROM {quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    for row, value in sql.rows(f"{rows} WHERE o.outcome = '{REFUSED}'"):
        yield RowRefusal(row, "id", value, _("There is no record with this id; leave the cell empty to create one."))


def _duplicates(merge: Merge) -> Iterator[RowRefusal]:
    """Rows that share a key: refused, or all but one dropped."""
    key = sql.key_of(merge, "s")
    groups = f"SELECT {key} FROM {quoted(merge.staging)} s WHERE s.crm_key IS NOT NULL GROUP BY {key} HAVING count(*) > 1"
    if not sql.rows(f"{groups} LIMIT 1"):  # as most worksheets: spares looking each row up among the groups
        return
    twins = sql.rows(
        f"SELECT s.crm_row, s.crm_key, {key} FROM {quoted(merge.staging)} s WHERE {key} IN ({groups}) ORDER BY s.crm_row"
    )
    if merge.duplicates != "refuse":
        mark(merge, _dropped(twins, keep_last=merge.duplicates == "last"), SKIPPED)
        return
    mark(merge, [row for row, _value, _same in twins], REFUSED)
    for row, value, _same in twins:
        yield RowRefusal(row, merge.key, value, _("This key stands in several rows of the worksheet."))


def _dropped(twins: list[tuple], *, keep_last: bool) -> list[int]:
    kept: dict[object, int] = {}
    for row, _value, same in twins:
        if keep_last or same not in kept:
            kept[same] = row
    return [row for row, _value, same in twins if kept[same] != row]


def _counts(merge: Merge) -> dict[str, int]:
    return dict(sql.rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} GROUP BY outcome"))
