"""The rehearsal looked at closely, page by page: each cell that changes, rows by what comes of them, and who joins and leaves.

Read from the staged rows and their outcomes; nothing is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import Col

from crm.records.bulk import sql
from crm.records.bulk.marking import has_cleared
from crm.records.bulk.merge import UPDATED, Merge
from crm.records.bulk.names import quoted, table_of
from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import Record, held, name_of, stored_field


@dataclass(frozen=True)
class CellChange:
    field: str
    before: Any  # typed values
    after: Any


@dataclass(frozen=True)
class RowChange:
    """One record that changes; `row` is None for one that leaves, which stands in no row."""

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
    """A record of the worksheet that another act changed; `row` is None for one that leaves."""

    row: int | None
    record_id: str
    change_set: int


def touched(merge: Merge, since: int, *, but: int | None, limit: int) -> list[Touch]:
    """The records that acts after the change-set `since` changed, each with its newest one; `but` is the import itself."""
    found = sql.rows(f"{_touches(merge, since, but)} ORDER BY o.crm_row LIMIT {int(limit)}")
    return [Touch(row if row < sql.LEAVING else None, record_id, change_set) for row, record_id, change_set in found]


def count_touched(merge: Merge, since: int, *, but: int | None) -> int:
    return int(sql.rows(f"SELECT count(*) FROM ({_touches(merge, since, but)}) t")[0][0])


def cell_counts(merge: Merge) -> dict[str, int]:
    """By field, how many cells of records that are there already change."""
    cleared, names = has_cleared(merge), sql.written_columns(merge)
    if not names:
        return {}
    counted = ", ".join(f"count(*) FILTER (WHERE {sql.differs(merge, name, has_cleared=cleared)})" for name in names)
    (found,) = sql.rows(f"SELECT {counted} FROM {_updating(merge)}")
    return {name: count for name, count in zip(names, found, strict=True) if count}


def changed_rows(merge: Merge, *, after: int = 0, limit: int = 50, field: str = "") -> list[RowChange]:
    """The records that change from place `after` on, each with its cells old and new; only those of one field if it is named."""
    cleared = has_cleared(merge)
    names = [field] if field else sql.written_columns(merge)
    if not names:
        return []
    new = {name: sql.new_value(merge, name, has_cleared=cleared) for name in names}
    changed = f" AND {sql.differs(merge, field, has_cleared=cleared)}" if field else ""
    rows = sql.rows(
        f"SELECT o.crm_row, o.record_id, {', '.join(new.values())} FROM {_updating(merge)}"
        f" WHERE o.crm_row > {int(after)}{changed} ORDER BY o.crm_row LIMIT {int(limit)}"
    )
    records = merge.model.objects.in_bulk([record_id for _row, record_id, *_values in rows])
    return list(_row_changes(merge, rows, records, names))


def staged_rows(merge: Merge, outcome: str, *, after: int = 0, limit: int = 50) -> list[StagedRow]:
    """The rows of one outcome from `after` on."""
    listed = ", ".join(["s.crm_row", "o.record_id", *(f"s.{quoted(name)}" for name in merge.columns)])
    source = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    found = sql.rows(
        f"SELECT {listed} FROM {source} WHERE o.outcome = '{outcome}' AND o.crm_row > {int(after)} AND o.crm_row < {sql.LEAVING}"
        f" ORDER BY o.crm_row LIMIT {int(limit)}"
    )
    return [StagedRow(row, record_id, _typed(merge, merge.columns, values)) for row, record_id, *values in found]


def movements(merge: Merge, groups: Mapping[str, Q]) -> dict[str, Movement]:
    """For each group, by the condition that tells who is in it, how many records join and leave: one query for all."""
    if not groups:
        return {}
    names, conditions = list(groups), [_where(merge, group) for group in groups.values()]
    flags = [f"CASE WHEN {condition} THEN 1 ELSE 0 END" for condition, _params in conditions]
    params = [param for _condition, some in conditions for param in some]
    table = table_of(merge)
    after = f"SELECT {table}.id AS id, {_listed(flags, 'a')} FROM ({_records_after(merge)}) AS {table}"
    before = f"SELECT {table}.id AS id, {_listed(flags, 'b')} FROM {table}"
    counted = [f"count(*) FILTER (WHERE {now} = 1 AND COALESCE({then}, 0) = 0)" for now, then in _ways(len(names))]
    counted += [f"count(*) FILTER (WHERE {now} = 0 AND {then} = 1)" for now, then in _ways(len(names))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counted)} FROM ({after}) a LEFT JOIN ({before}) b ON b.id = a.id", [*params, *params])
        found = cursor.fetchone()
    return {name: Movement(found[i], found[i + len(names)]) for i, name in enumerate(names)}


def _touches(merge: Merge, since: int, but: int | None) -> str:
    changes, acts = quoted(RecordChange._meta.db_table), quoted(ChangeSet._meta.db_table)
    others = f"a.entity = '{merge.model.entity.acronym}' AND a.id > {int(since)} AND a.id <> {int(but or 0)}"
    return (
        f"SELECT o.crm_row, o.record_id, max(a.id) FROM {acts} a JOIN {changes} c ON c.change_set_id = a.id"
        f" JOIN {quoted(merge.outcomes)} o ON o.record_id = c.record_id WHERE {others} GROUP BY o.crm_row, o.record_id"
    )


def _updating(merge: Merge) -> str:
    staged = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row AND o.outcome = '{UPDATED}'"
    return f"{staged} JOIN {table_of(merge)} r ON r.id = o.record_id"


def _row_changes(merge: Merge, rows: list[tuple], records: Mapping[str, Record], names: list[str]) -> Iterator[RowChange]:
    for place, record_id, *values in rows:
        if record := records.get(record_id):
            new = _typed(merge, names, values)
            cells = (CellChange(name, held(record, name), new[name]) for name in names)
            changed = tuple(cell for cell in cells if cell.before != cell.after)
            yield RowChange(place if place < sql.LEAVING else None, place, record, changed)


def _typed(merge: Merge, names: tuple[str, ...] | list[str], values: list[Any]) -> dict[str, Any]:  # Any: typed values
    """Values as Django would read them from the record's own columns."""
    return {name: python_value(stored_field(merge.model, name), value) for name, value in zip(names, values, strict=True)}


def python_value(column: models.Field, value: Any) -> Any:  # Any: what the database gives, and what Python calls it
    expression = Col(column.model._meta.db_table, column)
    for convert in [*connection.ops.get_db_converters(expression), *column.get_db_converters(connection)]:
        value = convert(value, expression, connection)
    return value


def _records_after(merge: Merge) -> str:
    """The records as they will be, with all of their columns."""
    cleared, like_column = has_cleared(merge), sql.DIALECTS[connection.vendor].like_column
    columns = [column for column in merge.model._meta.concrete_fields if column.column != "id"]
    values = (f"{like_column(_held(merge, column, cleared), column)} AS {quoted(name_of(column))}" for column in columns)
    return f"SELECT o.record_id AS id, {', '.join(values)} FROM {sql.writing_with_records(merge)}"


def _held(merge: Merge, column: models.Field, has_cleared: bool) -> str:
    """What is staged, or stored, or of a new record the field's default; what follows from a date follows."""
    if date := sql.derived_dates(merge).get(column.name):
        return sql.month(sql.held_value(merge, date, has_cleared=has_cleared))
    known = merge.model.entity.field(column.name)
    return sql.held_value(merge, column.name, has_cleared=has_cleared) if known else f"r.{quoted(name_of(column))}"


def _where(merge: Merge, group: Q) -> tuple[str, list[Any]]:
    query = merge.model.objects.filter(group).query
    condition, params = query.get_compiler(connection=connection).compile(query.where)
    return condition or sql.DIALECTS[connection.vendor].boolean(True), list(params)


def _listed(flags: list[str], letter: str) -> str:
    return ", ".join(f"{flag} AS {letter}{place}" for place, flag in enumerate(flags))


def _ways(count: int) -> list[tuple[str, str]]:
    return [(f"a.a{place}", f"b.b{place}") for place in range(count)]
