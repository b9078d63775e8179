"""Which record a row means where its key may find several: a text without regard to case, or several fields together.

A record whose key is exactly the row's goes before those that differ in case.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from crm.records.bulk.expressions import Fold, caseless, folded, is_unique, lacks_key, not_refused, same_key
from crm.records.bulk.merge import REFUSED, Merge, RowRefusal
from crm.records.bulk.names import quoted, stored, table_of
from crm.records.bulk.outcomes import refusals_of
from crm.records.bulk.statements import execute, rows
from crm.records.dialects import dialect

SEVERAL = _("Several records have this key; add a column to the key that tells them apart.")


def find_matches(merge: Merge) -> None:
    """Fills the table of matches: row, record, and how many records there are (any but 1 is no match)."""
    matches = quoted(merge.matches)
    unmatched = f"NOT EXISTS (SELECT 1 FROM {matches} m WHERE m.crm_row = s.crm_row) AND NOT {lacks_key(merge)}"
    execute(f"DROP TABLE IF EXISTS {matches}")
    execute(f"{dialect().TABLE} {matches} AS {_exact(merge, _staged(merge))}")
    execute(f"CREATE UNIQUE INDEX {quoted(merge.matches + '_row')} ON {matches} (crm_row)")
    if rows(f"SELECT 1 FROM {_staged(merge)} WHERE {unmatched} LIMIT 1"):
        execute(f"INSERT INTO {matches} {_found(merge, _staged(merge), caseless, where=unmatched)}")
    execute(f"ANALYZE {matches}")


def match_again(merge: Merge, planned: str, outcome: str) -> tuple[int, list[RowRefusal]]:
    """Gives rows that were to be created, but whose record exists already, that record and `outcome`.

    `planned` is a condition on s and o. Returns the number of those rows, and the rows whose key finds several records.
    """
    outcomes = quoted(merge.outcomes)
    source = f"{_staged(merge)} JOIN {outcomes} o ON o.crm_row = s.crm_row AND {planned}"
    changed: list[tuple[int, str]] = []
    for matches in (_exact(merge, source), _found(merge, source, caseless)):
        changed += rows(
            f"UPDATE {outcomes} SET record_id = m.record_id,"
            f" outcome = CASE WHEN m.found > 1 THEN '{REFUSED}' ELSE '{outcome}' END"
            f" FROM ({matches}) m WHERE {outcomes}.crm_row = m.crm_row RETURNING {outcomes}.crm_row, {outcomes}.outcome"
        )
    several = [RowRefusal(row, merge.keys[0], "", str(SEVERAL)) for row, changed_to in changed if changed_to == REFUSED]
    return len(changed) - len(several), several


def ambiguous(merge: Merge) -> Iterator[RowRefusal]:
    """Rows whose key finds several records; where rows only create, their records exist already."""
    if merge.mode == "create":
        return
    keys = ", ".join(f"s.{quoted(name)}" for name in merge.keys)
    source = f"{_staged(merge)} JOIN {quoted(merge.matches)} m ON m.crm_row = s.crm_row"
    found = rows(f"SELECT s.crm_row, {keys} FROM {source} WHERE m.found > 1{not_refused(merge)}")
    yield from refusals_of(merge.keys[0], found, str(SEVERAL))


def _staged(merge: Merge) -> str:
    return f"{quoted(merge.staging)} s"


def _exact(merge: Merge, source: str) -> str:
    if not is_unique(merge):
        return _found(merge, source, folded)
    matched = f"{source} JOIN {table_of(merge.model)} r ON {same_key(merge)}"
    return f"SELECT s.crm_row AS crm_row, r.id AS record_id, 1 AS found FROM {matched}"


def _found(merge: Merge, source: str, fold: Fold, *, where: str = "") -> str:
    """Row, one record and their number, of the rows of `source` that have any.

    The records' keys stand in a table of their own, for which SQLite makes an index: it makes none for an expression.
    """
    places = list(enumerate(merge.keys))
    columns = [stored(merge.model, name) for name in merge.keys]
    keys = ", ".join(f"{fold(merge.model, name, columns[place])} AS k{place}" for place, name in places)
    given = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    same = " AND ".join(f"h.k{place} = {fold(merge.model, name, f's.{quoted(name)}')}" for place, name in places)
    return (
        f"WITH held AS MATERIALIZED (SELECT r.id AS id, {keys} FROM {table_of(merge.model)} r WHERE {given})"
        f" SELECT s.crm_row AS crm_row, min(h.id) AS record_id, count(*) AS found"
        f" FROM {source} JOIN held h ON {same}{' WHERE ' if where else ''}{where} GROUP BY s.crm_row"
    )
