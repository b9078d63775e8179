"""Puts a chunk back: history first, then rows, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import models

from crm.records.bulk.names import column_of, table_of
from crm.records.bulk.stamps import interaction_stamps
from crm.records.bulk.statements import (
    assign,
    execute,
    insert,
    json_of,
    lock,
    released,
    remember,
    remember_updates,
    retried,
    rows,
    unique_names,
    update,
)
from crm.records.dialects import dialect
from crm.records.models import ChangeSet, Undo
from crm.records.undoing.assessing import assess, removable, returnable, store_kept
from crm.records.undoing.dependencies import NONE, THOSE_TOGETHER, hold_targets
from crm.records.undoing.expressions import restored_values, staging, stored_columns, with_records
from crm.records.undoing.reverse_merge import CREATED, DELETED, TOGETHER, UPDATED, ReverseMerge, Rows, UndoCounts
from crm.schema.record import name_of


@dataclass(frozen=True)
class Writing:
    """What a chunk needs: the changes that go back, as part of which change-set, for which undo."""

    merge: ReverseMerge
    change_set: ChangeSet
    undo: Undo


def put_back_together(writing: Writing) -> UndoCounts:
    """What can be put back only in one transaction, such as values that two records exchange."""
    if not rows(f"SELECT 1 FROM {staging(writing.merge)} s WHERE s.crm_together LIMIT 1"):
        return UndoCounts()
    return put_back(writing, TOGETHER)


def next_rows(merge: ReverseMerge, kinds: str, after: int, size: int) -> tuple[Rows, int] | None:
    """The chunk after this row and the number of its rows; None when none is left."""
    chunk = f"SELECT s.crm_row FROM {staging(merge)} s WHERE {Rows(kinds, after).of('s')} ORDER BY s.crm_row LIMIT {int(size)}"
    last, count = rows(f"SELECT max(crm_row), count(*) FROM ({chunk}) c")[0]
    return None if last is None else (Rows(kinds, after, last), count)


def put_back(writing: Writing, which: Rows) -> UndoCounts:
    """Puts back what of these rows still can be. What is back already stays as it is, so a repeated call is safe.

    Another process may take a unique value, or refer to a record, after it was checked: then everything is checked again.
    """
    dialect().plan_for_many_rows()
    checked = replace(writing, merge=replace(writing.merge, checks_sizes=True))
    refused: list[bool] = []
    return retried(
        lambda _attempt: _assess_and_write(checked if refused else writing, which), on_too_large=lambda: refused.append(True)
    )


def _assess_and_write(writing: Writing, which: Rows) -> UndoCounts:
    merge = writing.merge
    # Before history is read: what is written to these records from now on waits.
    lock(table_of(merge.model), f"SELECT s.record_id FROM {staging(merge)} s WHERE {which.of('s')}")
    hold_targets(merge, which)
    counts = assess(merge, which, THOSE_TOGETHER if which.only_together else NONE)
    store_kept(merge, writing.undo)
    if UPDATED in which.kinds:
        _restore(writing, which)
    if CREATED in which.kinds:
        _remove(writing, which)
    if UPDATED in which.kinds and which.only_together:
        _restore_unique(merge, which)
    if DELETED in which.kinds:
        _bring_back(writing, which)
    return counts


def _restore(writing: Writing, which: Rows) -> None:
    """Unique values of rows that are put back together are released first and assigned when all are free."""
    merge, values = writing.merge, restored_values(writing.merge)
    if not values:
        return
    changed = " OR ".join(when for _value, when in values.values())
    matching = f"s.kind = '{UPDATED}' AND {which.of('s')} AND ({changed})"
    columns = stored_columns(merge.model)
    changes = [(name, json_of(columns[name]), when) for name, (_value, when) in values.items()]
    source = f"{with_records(merge)} WHERE {matching}"
    remember_updates(merge.model, writing.change_set, changes, source, record_id="s.record_id")
    given = {name_of(columns[name]): value for name, (value, _when) in values.items()}
    if which.only_together:
        given |= {column: released(column, given[column]) for column in _unique_columns(merge, values)}
    update(merge.model, writing.change_set, given, f"{staging(merge)} s", f"r.id = s.record_id AND {matching}")


def _restore_unique(merge: ReverseMerge, which: Rows) -> None:
    values = restored_values(merge)
    given = {column: values[name][0] for column, name in _unique_columns(merge, values).items()}
    if given:
        matching = f"r.id = s.record_id AND s.kind = '{UPDATED}' AND {which.of('s')}"
        assign(merge.model, given, f"{staging(merge)} s", matching)


def _unique_columns(merge: ReverseMerge, values: Mapping[str, object]) -> dict[str, str]:
    """Column and field of the values that no two records may share."""
    unique = {name for names in unique_names(merge.model.entity) for name in names}
    return {column_of(merge.model, name): name for name in values if name in unique}


def _remove(writing: Writing, which: Rows) -> None:
    merge = writing.merge
    whole = dialect().json_of_all([(name, json_of(column)) for name, column in stored_columns(merge.model).items()])
    _remember(writing, DELETED, whole, f"{with_records(merge)} WHERE {removable(which)}")
    ids = f"SELECT s.record_id FROM {staging(merge)} s WHERE {removable(which)}"
    execute(f"DELETE FROM {table_of(merge.model)} WHERE id IN ({ids})")


def _bring_back(writing: Writing, which: Rows) -> None:
    source = f"{staging(writing.merge)} s WHERE {returnable(which)}"
    _remember(writing, CREATED, "NULL", source)
    values = _former_values(writing.merge) | interaction_stamps(writing.change_set)
    insert(writing.merge.model, values, f"{source} ORDER BY s.crm_row")


def _former_values(merge: ReverseMerge) -> dict[str, str]:
    """Column and value as SQL: as they were, in a new version. What was lost since is empty."""
    columns = {name: column for name, column in stored_columns(merge.model).items() if name not in merge.lost}
    values = {name_of(column): _former_value(name, column) for name, column in columns.items()}
    version = f"COALESCE({dialect().from_json('s.before', 'crm_version', columns['crm_version'])}, 0) + 1"
    return values | {"id": "s.record_id", "crm_version": version}


def _former_value(name: str, column: models.Field) -> str:
    value = dialect().from_json("s.before", name, column)
    return value if column.null else f"COALESCE({value}, {dialect().boolean(bool(column.default))})"


def _remember(writing: Writing, kind: str, before: str, source: str) -> None:
    remember(writing.merge.model, writing.change_set, kind, before, source, record_id="s.record_id")
