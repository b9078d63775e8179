"""Rows of a worksheet that identify the same record: all refused, or all but the first or the last dropped."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.records.bulk.expressions import caseless, lacks_key, may_find_several, not_refused
from crm.records.bulk.merge import REFUSED, REPEATED, Merge, RowRefusal
from crm.records.bulk.names import quoted
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import any_twice, execute, rows

DUPLICATE_ROW = "twin"  # the code of the refusal, as refusals store it


def refuse_or_drop_duplicates(merge: Merge) -> Iterator[RowRefusal]:
    """As `merge.duplicates` says."""
    if not merge.has_key or not _are_there_any(merge):
        return
    if merge.duplicates == "refuse":
        reason = _("Several rows of the worksheet mean this record.")
        yield from refused(merge, merge.keys[0], _all_of_them(merge), reason, DUPLICATE_ROW)
    else:
        _drop(merge)


def _are_there_any(merge: Merge) -> bool:
    """As in few worksheets; asked by itself, since ranking all rows costs more."""
    return any_twice(_identity(merge), _source(merge))


def _all_of_them(merge: Merge) -> list[tuple]:
    """Row and key of each."""
    keys = ", ".join(f"s.{quoted(name)} AS k{place}" for place, name in enumerate(merge.keys))
    alike = f"count(*) OVER (PARTITION BY {', '.join(_identity(merge))})"
    counted = f"SELECT s.crm_row AS crm_row, {keys}, {alike} AS n FROM {_source(merge)}"
    listed = ", ".join(f"k{place}" for place in range(len(merge.keys)))
    return rows(f"SELECT crm_row, {listed} FROM ({counted}) a WHERE n > 1")


def _drop(merge: Merge) -> None:
    order = "DESC" if merge.duplicates == "last" else "ASC"
    place = f"row_number() OVER (PARTITION BY {', '.join(_identity(merge))} ORDER BY s.crm_row {order})"
    ranked = f"SELECT s.crm_row AS crm_row, {place} AS place FROM {_source(merge)}"
    execute(
        f"UPDATE {quoted(merge.outcomes)} SET outcome = '{REPEATED}' WHERE outcome <> '{REFUSED}'"
        f" AND crm_row IN (SELECT crm_row FROM ({ranked}) a WHERE place > 1)"
    )


def _identity(merge: Merge) -> list[str]:
    """Return what rows that mean the same record share: the record where the key alone does not tell, else the key."""
    keys = [caseless(merge.model, name, f"s.{quoted(name)}") for name in merge.keys]
    if not may_find_several(merge):
        return keys[:1]
    return ["m.record_id", *(f"CASE WHEN m.record_id IS NULL THEN {key} END" for key in keys)]


def _source(merge: Merge) -> str:
    source, several = f"{quoted(merge.staging)} s", ""
    if may_find_several(merge):
        source += f" LEFT JOIN {quoted(merge.matches)} m ON m.crm_row = s.crm_row"
        several = " AND (m.found IS NULL OR m.found = 1)"
    return f"{source} WHERE NOT {lacks_key(merge)}{several}{not_refused(merge)}"
