"""Which unique values the records of staged rows will hold, and who holds them now."""

from collections.abc import Sequence

from crm.records.bulk.expressions import default_of, folded, held_value, written_rows, written_rows_with_records
from crm.records.bulk.merge import StagedMerge
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.bulk.statements import rows


def claimed_from_others(merge: StagedMerge, names: Sequence[str], which: str) -> list[tuple]:
    """The rows that will hold what another record holds now, with the values."""
    other = f"{table_of(merge.model)} x ON {is_holder(merge, names)}"
    return rows(f"SELECT w.crm_row, {texts(names, 'w')} FROM ({claims(merge, names, which)}) w JOIN {other}")


def is_holder(merge: StagedMerge, names: Sequence[str]) -> str:
    """True if another record x holds what row w (see `claims`) will hold, as SQL."""
    conditions = ["x.id <> w.record_id"]
    for place, name in enumerate(names):
        column = f"x.{quoted(column_of(merge.model, name))}"
        # "Is not null" lets both databases use the conditional unique index.
        conditions += [f"{folded(merge.model, name, column)} = w.v{place}", f"{column} IS NOT NULL"]
    return " AND ".join(conditions)


def claims(merge: StagedMerge, names: Sequence[str], which: str) -> str:
    """Row, record and values (v as compared, t as written) of the
    rows that will hold all of them; `which` is a condition on s."""
    if is_as_staged(merge, names):
        return _selected(merge, names, [f"s.{quoted(names[0])}"], written_rows(merge), which)
    return _selected(merge, names, [held_value(merge, name) for name in names], written_rows_with_records(merge), which)


def is_as_staged(merge: StagedMerge, names: Sequence[str]) -> bool:
    """Return True for a single field that rows write as it is staged, and that has no default."""
    (name, *more) = names
    is_written = name in merge.written_columns and name not in merge.only_empty
    return is_written and not more and default_of(merge, name) == "NULL"


def texts(names: Sequence[str], alias: str) -> str:
    return ", ".join(f"{alias}.t{place}" for place in range(len(names)))


def _selected(merge: StagedMerge, names: Sequence[str], values: Sequence[str], source: str, which: str) -> str:
    pairs = list(enumerate(zip(names, values, strict=True)))
    selected = ", ".join(f"{folded(merge.model, name, value)} AS v{place}, {value} AS t{place}" for place, (name, value) in pairs)
    given = " AND ".join(f"({value}) IS NOT NULL" for value in values)
    return f"SELECT s.crm_row AS crm_row, o.record_id AS record_id, {selected} FROM {source} WHERE {which} AND {given}"
