"""The rehearsal in detail, page by page: each cell that changes, the rows of an outcome, and the members who join and leave.

Read from the staged rows and their outcomes; nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import Col

from crm.records.bulk.expressions import compared_rows, derivations, differs, held_value, new_value, written_rows_with_records
from crm.records.bulk.merge import ABSENT_ROWS, UPDATED, Merge, StagedMerge
from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.staging import staged_merge
from crm.records.bulk.statements import rows
from crm.records.dialects import dialect
from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import Record, held, name_of, stored_field


@dataclass(frozen=True)
class CellChange:
    field: str
    before: Any  # typed values
    after: Any


@dataclass(frozen=True)
class RowChange:
    """One record that changes; `row` is None for an absent member, which stands in no row."""

    row: int | None
    place: int  # where the next page begins
    record: Record
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class StagedRow:
    """A row of the worksheet with its typed values, and the record that it means or is going to make."""

    row: int
    record_id: str
    values: Mapping[str, Any]  # Any: typed values


@dataclass(frozen=True)
class Movement:
    """How many records join a group and how many leave it."""

    joins: int
    leaves: int


@dataclass(frozen=True)
class Touch:
    """A record of the worksheet that another change-set changed; `row` is None for an absent member."""

    row: int | None
    record_id: str
    change_set: int


def touched(merge: Merge, since: int, *, but: int | None, limit: int) -> list[Touch]:
    """Return the records that change-sets after `since` changed, each with its newest one; `but` is the import itself."""
    found = rows(f"{_touches(merge, since, but)} ORDER BY o.crm_row LIMIT {int(limit)}")
    return [Touch(row if row < ABSENT_ROWS else None, record_id, change_set) for row, record_id, change_set in found]


def count_touched(merge: Merge, since: int, *, but: int | None) -> int:
    return int(rows(f"SELECT count(*) FROM ({_touches(merge, since, but)}) t")[0][0])


def cell_counts(merge: Merge) -> dict[str, int]:
    """By field, how many cells of existing records change."""
    merge = staged_merge(merge)
    names = merge.written_columns
    if not names:
        return {}
    counted = ", ".join(f"count(*) FILTER (WHERE {differs(merge, name)})" for name in names)
    (found,) = rows(f"SELECT {counted} FROM {_updating(merge)}")
    return {name: count for name, count in zip(names, found, strict=True) if count}


def changed_rows(merge: Merge, *, after: int = 0, limit: int = 50, field: str = "") -> list[RowChange]:
    """The records that change from place `after` on, each with its cells old and new; only those of one field if it is named."""
    merge = staged_merge(merge)
    names = [field] if field else merge.written_columns
    if not names:
        return []
    values = ", ".join(new_value(merge, name) for name in names)
    changed = f" AND {differs(merge, field)}" if field else ""
    found = rows(
        f"SELECT o.crm_row, o.record_id, {values} FROM {_updating(merge)}"
        f" WHERE o.crm_row > {int(after)}{changed} ORDER BY o.crm_row LIMIT {int(limit)}"
    )
    return list(_row_changes(merge, found, names))


def staged_rows(merge: Merge, outcome: str, *, after: int = 0, limit: int = 50) -> list[StagedRow]:
    """Return the rows of one outcome from `after` on."""
    listed = ", ".join(["s.crm_row", "o.record_id", *(f"s.{quoted(name)}" for name in merge.columns)])
    which = f"o.outcome = '{outcome}' AND o.crm_row > {int(after)} AND o.crm_row < {ABSENT_ROWS}"
    found = rows(f"SELECT {listed} FROM {compared_rows(merge)} WHERE {which} ORDER BY o.crm_row LIMIT {int(limit)}")
    return [StagedRow(row, record_id, _typed(merge, merge.columns, values)) for row, record_id, *values in found]


def movements(merge: Merge, groups: Mapping[str, Q]) -> dict[str, Movement]:
    """For each group, given by the condition of its members, how many records join and leave: one query for all."""
    if not groups:
        return {}
    names, conditions = list(groups), [_where(merge, group) for group in groups.values()]
    flags = [f"CASE WHEN {condition} THEN 1 ELSE 0 END" for condition, _params in conditions]
    params = [param for _condition, some in conditions for param in some]
    table = table_of(merge.model)
    after = f"SELECT {table}.id AS id, {_listed(flags, 'a')} FROM ({_records_after(staged_merge(merge))}) AS {table}"
    before = f"SELECT {table}.id AS id, {_listed(flags, 'b')} FROM {table}"
    pairs = [(f"a.a{place}", f"b.b{place}") for place in range(len(names))]
    counted = [f"count(*) FILTER (WHERE {now} = 1 AND COALESCE({then}, 0) = 0)" for now, then in pairs]
    counted += [f"count(*) FILTER (WHERE {now} = 0 AND {then} = 1)" for now, then in pairs]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counted)} FROM ({after}) a LEFT JOIN ({before}) b ON b.id = a.id", [*params, *params])
        found = cursor.fetchone()
    return {name: Movement(found[i], found[i + len(names)]) for i, name in enumerate(names)}


def _touches(merge: Merge, since: int, but: int | None) -> str:
    changes, change_sets = quoted(RecordChange._meta.db_table), quoted(ChangeSet._meta.db_table)
    others = f"a.entity = '{merge.model.entity.acronym}' AND a.id > {int(since)} AND a.id <> {int(but or 0)}"
    return (
        f"SELECT o.crm_row, o.record_id, max(a.id) FROM {change_sets} a JOIN {changes} c ON c.change_set_id = a.id"
        f" JOIN {quoted(merge.outcomes)} o ON o.record_id = c.record_id WHERE {others} GROUP BY o.crm_row, o.record_id"
    )


def _updating(merge: Merge) -> str:
    return f"{compared_rows(merge)} AND o.outcome = '{UPDATED}' JOIN {table_of(merge.model)} r ON r.id = o.record_id"


def _row_changes(merge: Merge, found: list[tuple[Any, ...]], names: Sequence[str]) -> Iterator[RowChange]:
    records: Mapping[str, Record] = merge.model.objects.in_bulk([record_id for _row, record_id, *_values in found])
    for place, record_id, *values in found:
        if record := records.get(record_id):
            new = _typed(merge, names, values)
            cells = (CellChange(name, held(record, name), new[name]) for name in names)
            changed = tuple(cell for cell in cells if cell.before != cell.after)
            yield RowChange(place if place < ABSENT_ROWS else None, place, record, changed)


def _typed(merge: Merge, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:  # Any: typed values
    """Values as Django would read them from the record's own columns."""
    return {name: python_value(stored_field(merge.model, name), value) for name, value in zip(names, values, strict=True)}


def python_value(column: models.Field, value: Any) -> Any:  # Any: what the database returns, and what Python makes of it
    expression = Col(column.model._meta.db_table, column)
    for convert in [*connection.ops.get_db_converters(expression), *column.get_db_converters(connection)]:
        value = convert(value, expression, connection)
    return value


def _records_after(merge: StagedMerge) -> str:
    """Return the records as they will be, with all of their columns."""
    columns = [column for column in merge.model._meta.concrete_fields if column.column != "id"]
    values = (f"{dialect().like_column(_value_after(merge, column), column)} AS {quoted(name_of(column))}" for column in columns)
    return f"SELECT o.record_id AS id, {', '.join(values)} FROM {written_rows_with_records(merge)}"


def _value_after(merge: StagedMerge, column: models.Field) -> str:
    """Return what is staged, or stored, or for a new record the field's default; or what is derived from one of these."""
    for rule in derivations(merge):
        if rule.target == column.name:
            return rule.compute_sql(dialect(), held_value(merge, rule.source))
    known = merge.model.entity.field(column.name)
    return held_value(merge, column.name) if known else f"r.{quoted(name_of(column))}"


def _where(merge: Merge, group: Q) -> tuple[str, list[Any]]:
    query = merge.model.objects.filter(group).query
    condition, params = query.get_compiler(connection=connection).compile(query.where)
    return condition or dialect().boolean(True), list(params)


def _listed(flags: list[str], letter: str) -> str:
    return ", ".join(f"{flag} AS {letter}{place}" for place, flag in enumerate(flags))
