"""Unique values: once in the worksheet, and of no other record."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.marking import has_cleared, refused
from crm.records.bulk.merge import Merge, RowRefusal
from crm.records.bulk.names import column_of, quoted, table_of

ALL = "s.crm_row IS NOT NULL"


def repeated(merge: Merge) -> Iterator[RowRefusal]:
    """The rehearsal's question, of all rows."""
    for names in unique_names(merge):
        yield from refused(
            merge, names[0], _repeated_in_file(merge, names), _("This value stands in several rows of the worksheet.")
        )
        yield from refused(merge, names[0], _held_by_others(merge, names, ALL), _("Another record has this value already."))


def taken(merge: Merge, rows: str) -> Iterator[RowRefusal]:
    """What others took since the rehearsal; `rows` is a condition on s. Who took a key is matched anew instead."""
    for names in unique_names(merge):
        yield from refused(merge, names[0], _held_by_others(merge, names, rows), _("Another record has this value by now."))


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
    rows, keys = _held(merge, names, ALL), ", ".join(f"v{place}" for place in range(len(names)))
    groups = f"SELECT {keys} FROM ({rows}) a GROUP BY {keys} HAVING count(*) > 1"
    same = " AND ".join(f"t.v{place} = w.v{place}" for place in range(len(names)))
    return sql.shown(sql.rows(f"SELECT w.crm_row, {_texts(names, 'w')} FROM ({rows}) w JOIN ({groups}) t ON {same}"))


def _may_repeat(merge: Merge, names: Sequence[str]) -> bool:
    """Where the staged values tell, they are asked alone, without the outcomes: of rows that change nothing too."""
    if not _is_told_by_staged(merge, names):
        places = [f"v{place}" for place in range(len(names))]
        return sql.any_twice(places, f"({_held(merge, names, ALL)}) a")
    staged = f"s.{quoted(names[0])}"
    return sql.any_twice([sql.folded(merge, names[0], staged)], f"{quoted(merge.staging)} s WHERE {staged} IS NOT NULL")


def _is_told_by_staged(merge: Merge, names: Sequence[str]) -> bool:
    """One field that rows write as it is staged, and that has no default."""
    (name, *more) = names
    is_written = name in sql.written_columns(merge) and name not in merge.only_empty
    return is_written and not more and sql.default_of(merge, name) == "NULL"


def _held_by_others(merge: Merge, names: Sequence[str], rows: str) -> list[tuple]:
    conditions = ["x.id <> w.record_id"]
    for place, name in enumerate(names):
        column = f"x.{quoted(column_of(merge, name))}"
        # "Is not null" lets both databases use the conditional unique index.
        conditions += [f"{sql.folded(merge, name, column)} = w.v{place}", f"{column} IS NOT NULL"]
    other = f"{table_of(merge)} x ON {' AND '.join(conditions)}"
    return sql.shown(sql.rows(f"SELECT w.crm_row, {_texts(names, 'w')} FROM ({_held(merge, names, rows)}) w JOIN {other}"))


def _held(merge: Merge, names: Sequence[str], rows: str) -> str:
    """Row, record and values (v as compared, t as written) of the rows that will hold all of them."""
    if _is_told_by_staged(merge, names):
        return _staged(merge, names[0], rows)
    cleared = has_cleared(merge)
    held = [sql.held_value(merge, name, has_cleared=cleared) for name in names]
    return _selected(merge, names, held, sql.writing_with_records(merge), rows)


def _staged(merge: Merge, name: str, rows: str) -> str:
    """One field without a default: the staged value tells, without looking at the record."""
    return _selected(merge, [name], [f"s.{quoted(name)}"], sql.writing(merge), rows)


def _selected(merge: Merge, names: Sequence[str], held: Sequence[str], source: str, rows: str) -> str:
    pairs = list(enumerate(zip(names, held, strict=True)))
    values = ", ".join(f"{sql.folded(merge, name, value)} AS v{place}, {value} AS t{place}" for place, (name, value) in pairs)
    given = " AND ".join(f"({value}) IS NOT NULL" for value in held)
    return f"SELECT s.crm_row AS crm_row, o.record_id AS record_id, {values} FROM {source} WHERE {rows} AND {given}"


def _texts(names: Sequence[str], alias: str) -> str:
    return ", ".join(f"{alias}.t{place}" for place in range(len(names)))
