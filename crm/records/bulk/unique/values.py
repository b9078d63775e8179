"""Unique values: once in the worksheet, and of no other record."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from crm.records.bulk.expressions import default_of, folded
from crm.records.bulk.merge import Merge, RowRefusal, StagedMerge
from crm.records.bulk.names import quoted
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import any_twice, rows, unique_names
from crm.records.bulk.unique.claims import claimed_from_others, claims, is_as_staged, texts
from crm.records.bulk.unique.swaps import ALL, without_swaps


def repeated(merge: StagedMerge) -> Iterator[RowRefusal]:
    """Asked of all rows by the rehearsal. Values that a row takes while another gives them up are noted (see `unique.swaps`)."""
    reason = _("This value occurs in several rows of the worksheet.")
    for names in written_unique_names(merge):
        yield from refused(merge, names[0], _repeated_in_file(merge, names), reason)
    yield from _taken(merge, ALL, _("Another record has this value already."))


def taken(merge: StagedMerge, which: str, *, may_swap: bool = False) -> Iterator[RowRefusal]:
    """What others took since the rehearsal; `which` is a condition on s. A key that was taken is matched again instead.

    `may_swap`: these rows may still give up what others of them take.
    """
    reason = _("Another record has taken this value in the meantime.")
    if may_swap:
        yield from _taken(merge, which, reason)
        return
    for names in written_unique_names(merge):
        yield from refused(merge, names[0], claimed_from_others(merge, names, which), reason)


def _taken(merge: StagedMerge, which: str, reason: str) -> Iterator[RowRefusal]:
    found = {names: rows for names in written_unique_names(merge) if (rows := claimed_from_others(merge, names, which))}
    blocked = without_swaps(merge, found, which) if found else set()
    for names, values in found.items():
        yield from refused(merge, names[0], [row for row in values if row[0] in blocked], reason)


def written_unique_names(merge: Merge) -> list[tuple[str, ...]]:
    """The fields, alone or together, whose values this worksheet may repeat."""
    others = [names for names in unique_names(merge.model.entity) if len(names) > 1 or names != merge.keys]
    return [names for names in others if any(_is_written(merge, name) for name in names)]


def _is_written(merge: Merge, name: str) -> bool:
    return name in merge.columns or default_of(merge, name) != "NULL"


def _repeated_in_file(merge: StagedMerge, names: Sequence[str]) -> list[tuple]:
    if not _may_repeat(merge, names):  # as in most worksheets: spares looking each row up among the groups
        return []
    claimed, keys = claims(merge, names, ALL), ", ".join(f"v{place}" for place in range(len(names)))
    groups = f"SELECT {keys} FROM ({claimed}) a GROUP BY {keys} HAVING count(*) > 1"
    same = " AND ".join(f"t.v{place} = w.v{place}" for place in range(len(names)))
    return rows(f"SELECT w.crm_row, {texts(names, 'w')} FROM ({claimed}) w JOIN ({groups}) t ON {same}")


def _may_repeat(merge: StagedMerge, names: Sequence[str]) -> bool:
    """Where the staged values are the claimed ones and most rows are written, they are asked
    alone, without the outcomes: of rows that change nothing too."""
    if merge.writes_few or not is_as_staged(merge, names):
        return any_twice([f"v{place}" for place in range(len(names))], f"({claims(merge, names, ALL)}) a")
    value = f"s.{quoted(names[0])}"
    return any_twice([folded(merge.model, names[0], value)], f"{quoted(merge.staging)} s WHERE {value} IS NOT NULL")
