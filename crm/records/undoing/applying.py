"""Puts a chunk back: history first, then rows, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from crm.records.bulk.filling import filled_when_changed
from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.sql import rows
from crm.records.models import ChangeSet, RecordChange, Undo
from crm.records.undoing.dependencies import NONE, THOSE_TOGETHER, hold_targets, unique_names
from crm.records.undoing.expressions import (
    dialect,
    execute,
    is_restorable,
    restored_values,
    staging,
    stored,
    stored_columns,
    with_records,
)
from crm.records.undoing.judging import goes, judge, returns, store_kept
from crm.records.undoing.reverse_merge import CREATED, DELETED, TOGETHER, UPDATED, Backwards, Rows, Undone
from crm.schema.record import name_of

ATTEMPTS = 5


@dataclass(frozen=True)
class Writing:
    """All that a chunk needs: what goes back, as which act, for which undo."""

    back: Backwards
    change_set: ChangeSet
    undo: Undo


def put_back_together(writing: Writing) -> Undone:
    """What can be put back only in one transaction, such as values that two records swap."""
    if not rows(f"SELECT 1 FROM {staging(writing.back)} s WHERE s.crm_together LIMIT 1"):
        return Undone()
    return _written(writing, TOGETHER)


def next_rows(back: Backwards, kinds: str, after: int, size: int) -> tuple[Rows, int] | None:
    """The chunk after this row and how many there are in it; None when there is none left."""
    chunk = f"SELECT s.crm_row FROM {staging(back)} s WHERE {Rows(kinds, after).of('s')} ORDER BY s.crm_row LIMIT {int(size)}"
    last, count = rows(f"SELECT max(crm_row), count(*) FROM ({chunk}) c")[0]
    return None if last is None else (Rows(kinds, after, last), count)


def put_back(writing: Writing, wanted: Rows) -> Undone:
    """Puts back what of these rows still can be. What is back already is left alone, so a repeated call is safe."""
    return _written(writing, wanted)


def _written(writing: Writing, wanted: Rows) -> Undone:
    """Another process may take a unique value, or refer to a record, after it was asked for: then all is asked anew."""
    dialect().plan_for_many_rows()
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _judged_and_written(writing, wanted)
        except IntegrityError as error:
            conflict = error
    raise conflict


def _judged_and_written(writing: Writing, wanted: Rows) -> Undone:
    back = writing.back
    _lock(back, wanted)
    hold_targets(back, wanted)
    counts = judge(back, wanted, THOSE_TOGETHER if wanted.only_together else NONE)
    store_kept(back, writing.undo)
    if UPDATED in wanted.kinds:
        _restore(writing, wanted)
    if CREATED in wanted.kinds:
        _remove(writing, wanted)
    if UPDATED in wanted.kinds and wanted.only_together:
        _restore_unique(back, wanted)
    if DELETED in wanted.kinds:
        _bring_back(writing, wanted)
    return counts


def _lock(back: Backwards, wanted: Rows) -> None:
    """Before history is read: what is written to these records from now on waits."""
    statement = dialect().lock_rows(table_of(back), f"SELECT s.record_id FROM {staging(back)} s WHERE {wanted.of('s')}")
    if statement:
        execute(statement)


def _restore(writing: Writing, wanted: Rows) -> None:
    """Of rows that are done together, unique values are given up first and put back when all have."""
    back = writing.back
    values = restored_values(back)
    if not values:
        return
    changed = " OR ".join(when for _value, when in values.values())
    matching = f"s.kind = '{UPDATED}' AND {wanted.of('s')} AND ({changed})"
    columns = stored_columns(back.model)
    pairs = [(name, _as_json(columns[name]), when) for name, (_value, when) in values.items()]
    _remember(writing, UPDATED, dialect().json_of_changed(pairs), f"{with_records(back)} WHERE {matching}")
    first = {name: _given_up(back, name, value) if wanted.only_together else value for name, (value, _when) in values.items()}
    given = {name_of(columns[name]): value for name, value in first.items()} | filled_when_changed(back, writing.change_set)
    assigned = ", ".join(f"{quoted(column)} = {value}" for column, value in given.items())
    stamps = '"crm_version" = r."crm_version" + 1, "updatedBy" = %s, "updatedIn" = %s, "lastInteractionBy" = %s, "lastInteractionIn" = %s'
    execute(
        f"UPDATE {table_of(back)} AS r SET {assigned}, {stamps} FROM {staging(back)} s WHERE r.id = s.record_id AND {matching}",
        _stamps(writing.change_set) * 2,
    )


def _given_up(back: Backwards, name: str, value: str) -> str:
    is_shared = any(name in names for names in unique_names(back.model.entity))
    return f"CASE WHEN {is_restorable(name)} THEN NULL ELSE {stored(back, name)} END" if is_shared else value


def _restore_unique(back: Backwards, wanted: Rows) -> None:
    values, columns = restored_values(back), stored_columns(back.model)
    shared = [name for name in values if any(name in names for names in unique_names(back.model.entity))]
    if not shared:
        return
    given = ", ".join(f"{quoted(name_of(columns[name]))} = {values[name][0]}" for name in shared)
    execute(
        f"UPDATE {table_of(back)} AS r SET {given} FROM {staging(back)} s"
        f" WHERE r.id = s.record_id AND s.kind = '{UPDATED}' AND {wanted.of('s')}",
        (),
    )


def _remove(writing: Writing, wanted: Rows) -> None:
    back = writing.back
    whole = dialect().json_of_all([(name, _as_json(column)) for name, column in stored_columns(back.model).items()])
    _remember(writing, DELETED, whole, f"{with_records(back)} WHERE {goes(wanted)}")
    execute(f"DELETE FROM {table_of(back)} WHERE id IN (SELECT s.record_id FROM {staging(back)} s WHERE {goes(wanted)})", ())


def _bring_back(writing: Writing, wanted: Rows) -> None:
    back = writing.back
    values = _returning_values(back)
    listed = ", ".join(quoted(column) for column in values)
    source = f"{staging(back)} s WHERE {returns(wanted)}"
    _remember(writing, CREATED, "NULL", source)
    execute(
        f"INSERT INTO {table_of(back)} ({listed}) SELECT {', '.join(values.values())} FROM {source} ORDER BY s.crm_row",
        _stamps(writing.change_set),
    )


def _returning_values(back: Backwards) -> Mapping[str, str]:
    """Column and value as SQL: as it was, in a new version. What was lost since is empty."""
    columns = {name: column for name, column in stored_columns(back.model).items() if name not in back.lost}
    values = {name_of(column): _returning(name, column) for name, column in columns.items()}
    version = f"COALESCE({dialect().from_json('s.before', 'crm_version', columns['crm_version'])}, 0) + 1"
    return values | {"id": "s.record_id", "crm_version": version, "lastInteractionBy": "%s", "lastInteractionIn": _moment()}


def _returning(name: str, column: models.Field) -> str:
    value = dialect().from_json("s.before", name, column)
    return value if column.null else f"COALESCE({value}, {dialect().boolean(bool(column.default))})"


def _as_json(column: models.Field) -> str:
    return dialect().as_json(f"r.{quoted(name_of(column))}", column)


def _remember(writing: Writing, kind: str, before: str, source: str) -> None:
    table = quoted(RecordChange._meta.db_table)
    columns = ", ".join(map(quoted, ["change_set_id", "entity", "at", "record_id", "kind", "before"]))
    execute(
        f"INSERT INTO {table} ({columns}) SELECT %s, %s, {_moment()}, s.record_id, '{kind}', {before} FROM {source}",
        [writing.change_set.pk, writing.back.acronym, _now()],
    )


def _moment() -> str:
    return "%s" if connection.vendor == "sqlite" else "%s::timestamptz"


def _now() -> object:
    return connection.ops.adapt_datetimefield_value(timezone.now())


def _stamps(change_set: ChangeSet) -> list[object]:
    return [str(change_set.user) if change_set.user else None, _now()]
