"""Unique values: once in the worksheet, and of no other record."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.claimed_values import held, held_by_others, is_told_by_staged, texts
from crm.records.bulk.marking import refused
from crm.records.bulk.merge import Merge, RowRefusal
from crm.records.bulk.names import quoted
from crm.records.bulk.value_swaps import ALL, without_swaps


def repeated(merge: Merge) -> Iterator[RowRefusal]:
    """The rehearsal's question, of all rows. Values that a row takes while another gives them up are noted (see `swapping`)."""
    for names in unique_names(merge):
        yield from refused(
            merge, names[0], _repeated_in_file(merge, names), _("This value stands in several rows of the worksheet.")
        )
    yield from _taken(merge, ALL, _("Another record has this value already."))


def taken(merge: Merge, rows: str, *, together: bool = False) -> Iterator[RowRefusal]:
    """What others took since the rehearsal; `rows` is a condition on s. Who took a key is matched anew instead.

    `together`: these rows may still give up what others of them take.
    """
    reason = _("Another record has this value by now.")
    if together:
        yield from _taken(merge, rows, reason)
        return
    for names in unique_names(merge):
        yield from refused(merge, names[0], held_by_others(merge, names, rows), reason)


def _taken(merge: Merge, rows: str, reason: str) -> Iterator[RowRefusal]:
    found = {names: values for names in unique_names(merge) if (values := held_by_others(merge, names, rows))}
    stay = without_swaps(merge, found, rows) if found else set()
    for names, values in found.items():
        yield from refused(merge, names[0], [(row, value) for row, value in values if row in stay], reason)


def unique_names(merge: Merge) -> list[tuple[str, ...]]:
    """The fields, alone or together, that this worksheet may make repeat."""
    entity = merge.model.entity
    alone = [(field.name,) for field in entity.visible_fields if field.unique and field.column and (field.name,) != merge.keys]
    together = [tuple(index.fields) for index in entity.live_indexes if index.unique]
    return [names for names in [*alone, *together] if any(_is_written(merge, name) for name in names)]


def _is_written(merge: Merge, name: str) -> bool:
    return name in merge.columns or sql.default_of(merge, name) != "NULL"


def _repeated_in_file(merge: Merge, names: Sequence[str]) -> list[tuple]:
    if not _may_repeat(merge, names):  # as in most worksheets: spares looking each row up among the groups
        return []
    rows, keys = held(merge, names, ALL), ", ".join(f"v{place}" for place in range(len(names)))
    groups = f"SELECT {keys} FROM ({rows}) a GROUP BY {keys} HAVING count(*) > 1"
    same = " AND ".join(f"t.v{place} = w.v{place}" for place in range(len(names)))
    return sql.shown(sql.rows(f"SELECT w.crm_row, {texts(names, 'w')} FROM ({rows}) w JOIN ({groups}) t ON {same}"))


def _may_repeat(merge: Merge, names: Sequence[str]) -> bool:
    """Where the staged values tell, they are asked alone, without the outcomes: of rows that change nothing too."""
    if not is_told_by_staged(merge, names):
        places = [f"v{place}" for place in range(len(names))]
        return sql.any_twice(places, f"({held(merge, names, ALL)}) a")
    staged = f"s.{quoted(names[0])}"
    return sql.any_twice([sql.folded(merge, names[0], staged)], f"{quoted(merge.staging)} s WHERE {staged} IS NOT NULL")
