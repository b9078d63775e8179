"""Rows that take a unique value which another row of the worksheet gives up, as when two records swap theirs.

They are written in one transaction: first all values that change are given up, then the new ones are taken. A row whose value
is given up by nobody is refused, and so is who waits for what that row would have given up.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from crm.records.bulk import sql
from crm.records.bulk.claimed_values import held, holder
from crm.records.bulk.marking import has_cleared
from crm.records.bulk.merge import UPDATED, Merge
from crm.records.bulk.names import quoted, table_of

ALL = "s.crm_row IS NOT NULL"


def create_swaps(merge: Merge) -> None:
    """An empty table of rows and the rows that they wait for (none: nobody gives the value up)."""
    _execute(f"DROP TABLE IF EXISTS {quoted(merge.swaps)}")
    _execute(f"{sql.DIALECTS[connection.vendor].TABLE} {quoted(merge.swaps)} (crm_row integer, needs integer, is_old boolean)")


def has_swaps(merge: Merge) -> bool:
    return bool(sql.rows(f"SELECT 1 FROM {quoted(merge.swaps)} LIMIT 1"))


def without_swaps(merge: Merge, taken: Iterable[Sequence[str]], rows: str = ALL) -> set[int]:
    """The rows that cannot have what another record holds, of these unique fields; the others are noted to be written together.

    `rows` is a condition on s: of which rows to ask, and which ones may give something up.
    """
    yes = sql.DIALECTS[connection.vendor].boolean(True)
    _execute(f"UPDATE {quoted(merge.swaps)} SET is_old = {yes}")  # not deleted yet: `rows` may be those
    for names in taken:
        _note(merge, names, rows)
    _execute(f"DELETE FROM {quoted(merge.swaps)} WHERE is_old")
    blocked = (
        f"WITH RECURSIVE blocked(crm_row) AS (SELECT crm_row FROM {quoted(merge.swaps)} WHERE needs IS NULL"
        f" UNION SELECT w.crm_row FROM {quoted(merge.swaps)} w JOIN blocked b ON b.crm_row = w.needs)"
    )
    found = {row for (row,) in sql.rows(f"{blocked} SELECT crm_row FROM blocked")}
    if found:
        _execute(f"DELETE FROM {quoted(merge.swaps)} WHERE crm_row IN ({blocked} SELECT crm_row FROM blocked)")
    return found


def _note(merge: Merge, names: Sequence[str], rows: str) -> None:
    written = [name for name in names if name in sql.written_columns(merge)]
    cleared = has_cleared(merge)
    gives_up = " OR ".join(sql.differs(merge, name, has_cleared=cleared) for name in written) or "FALSE"
    givers = f"SELECT o.crm_row AS crm_row, o.record_id AS record_id FROM {sql.writing_with_records(merge)}"
    _execute(
        f"INSERT INTO {quoted(merge.swaps)} (crm_row, needs, is_old)"
        f" SELECT w.crm_row, t.crm_row, {sql.DIALECTS[connection.vendor].boolean(False)} FROM ({held(merge, names, rows)}) w"
        f" JOIN {table_of(merge)} x ON {holder(merge, names)}"
        f" LEFT JOIN ({givers} WHERE {rows} AND o.outcome = '{UPDATED}' AND ({gives_up})) t ON t.record_id = x.id"
    )


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, ())
