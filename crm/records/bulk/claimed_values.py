"""Which unique values the records of staged rows will hold, and who holds them now."""

from collections.abc import Sequence

from crm.records.bulk import sql
from crm.records.bulk.marking import has_cleared
from crm.records.bulk.merge import Merge
from crm.records.bulk.names import column_of, quoted, table_of


def held_by_others(merge: Merge, names: Sequence[str], rows: str) -> list[tuple]:
    """The rows that will hold what another record holds now, with the value."""
    other = f"{table_of(merge)} x ON {holder(merge, names)}"
    return sql.shown(sql.rows(f"SELECT w.crm_row, {texts(names, 'w')} FROM ({held(merge, names, rows)}) w JOIN {other}"))


def holder(merge: Merge, names: Sequence[str]) -> str:
    """Another record x holds what row w (see `held`) will hold, as SQL."""
    conditions = ["x.id <> w.record_id"]
    for place, name in enumerate(names):
        column = f"x.{quoted(column_of(merge, name))}"
        # "Is not null" lets both databases use the conditional unique index.
        conditions += [f"{sql.folded(merge, name, column)} = w.v{place}", f"{column} IS NOT NULL"]
    return " AND ".join(conditions)


def held(merge: Merge, names: Sequence[str], rows: str) -> str:
    """Row, record and values (v as compared, t as written) of the rows that will hold all of them."""
    if is_told_by_staged(merge, names):
        return _staged(merge, names[0], rows)
    cleared = has_cleared(merge)
    values = [sql.held_value(merge, name, has_cleared=cleared) for name in names]
    return _selected(merge, names, values, sql.writing_with_records(merge), rows)


def is_told_by_staged(merge: Merge, names: Sequence[str]) -> bool:
    """One field that rows write as it is staged, and that has no default."""
    (name, *more) = names
    is_written = name in sql.written_columns(merge) and name not in merge.only_empty
    return is_written and not more and sql.default_of(merge, name) == "NULL"


def texts(names: Sequence[str], alias: str) -> str:
    return ", ".join(f"{alias}.t{place}" for place in range(len(names)))


def _staged(merge: Merge, name: str, rows: str) -> str:
    return _selected(merge, [name], [f"s.{quoted(name)}"], sql.writing(merge), rows)


def _selected(merge: Merge, names: Sequence[str], values: Sequence[str], source: str, rows: str) -> str:
    pairs = list(enumerate(zip(names, values, strict=True)))
    selected = ", ".join(f"{sql.folded(merge, name, value)} AS v{place}, {value} AS t{place}" for place, (name, value) in pairs)
    given = " AND ".join(f"({value}) IS NOT NULL" for value in values)
    return f"SELECT s.crm_row AS crm_row, o.record_id AS record_id, {selected} FROM {source} WHERE {rows} AND {given}"
