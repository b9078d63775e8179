"""Rows that take a unique value which another row of the worksheet gives up, as when two records swap theirs.

They are written in one transaction: first all values that change are released, then the new ones are assigned. A row whose value
nobody gives up is refused, and so is each row that waits for what that row would have given up.
"""

from collections.abc import Iterable, Sequence

from crm.records.bulk.expressions import differs, written_rows_with_records
from crm.records.bulk.merge import UPDATED, Merge, StagedMerge
from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.statements import execute, rows
from crm.records.bulk.unique.claims import claims, is_holder
from crm.records.dialects import dialect

ALL = "s.crm_row IS NOT NULL"


def create_swaps(merge: Merge) -> None:
    """An empty table of rows and the rows that they wait for (none: nobody gives the value up)."""
    execute(f"DROP TABLE IF EXISTS {quoted(merge.swaps)}")
    execute(f"{dialect().TABLE} {quoted(merge.swaps)} (crm_row integer, needs integer, is_old boolean)")


def has_swaps(merge: Merge) -> bool:
    return bool(rows(f"SELECT 1 FROM {quoted(merge.swaps)} LIMIT 1"))


def without_swaps(merge: StagedMerge, taken: Iterable[Sequence[str]], which: str = ALL) -> set[int]:
    """The rows that cannot have what another record holds, of these unique fields; the others are noted to be written together.

    `which` is a condition on s: the rows that are asked, and that may give something up.
    """
    swaps = quoted(merge.swaps)
    execute(f"UPDATE {swaps} SET is_old = {dialect().boolean(True)}")  # not deleted yet: `which` may name them
    for names in taken:
        _note(merge, names, which)
    execute(f"DELETE FROM {swaps} WHERE is_old")
    blocked = (
        f"WITH RECURSIVE blocked(crm_row) AS (SELECT crm_row FROM {swaps} WHERE needs IS NULL"
        f" UNION SELECT w.crm_row FROM {swaps} w JOIN blocked b ON b.crm_row = w.needs) SELECT crm_row FROM blocked"
    )
    found = {row for (row,) in rows(blocked)}
    if found:
        execute(f"DELETE FROM {swaps} WHERE crm_row IN ({blocked})")
    return found


def _note(merge: StagedMerge, names: Sequence[str], which: str) -> None:
    written = [name for name in names if name in merge.written_columns]
    releases = " OR ".join(differs(merge, name) for name in written) or "FALSE"
    others = f"SELECT o.crm_row AS crm_row, o.record_id AS record_id FROM {written_rows_with_records(merge)}"
    execute(
        f"INSERT INTO {quoted(merge.swaps)} (crm_row, needs, is_old)"
        f" SELECT w.crm_row, t.crm_row, {dialect().boolean(False)} FROM ({claims(merge, names, which)}) w"
        f" JOIN {table_of(merge.model)} x ON {is_holder(merge, names)}"
        f" LEFT JOIN ({others} WHERE {which} AND o.outcome = '{UPDATED}' AND ({releases})) t ON t.record_id = x.id"
    )
