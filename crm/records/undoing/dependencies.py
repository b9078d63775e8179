"""What cannot be put back by itself: a unique value that another record holds, a record that others refer to.

Where the same undo releases the other one, both are done in one transaction; else the row keeps what it has. Each dependency
is a row of a table: the row and field, and the row and field that they depend on (none: they are kept in any case).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models

from crm.records.bulk.expressions import folded
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.bulk.statements import exceeds, execute, hold, index_rooms, unique_names
from crm.records.dialects import dialect
from crm.records.models import Kept
from crm.records.undoing.conflicts import list_kept
from crm.records.undoing.expressions import (
    after,
    changes,
    is_restorable,
    is_whole,
    kept,
    old,
    staging,
)
from crm.records.undoing.reverse_merge import CREATED, DELETED, UPDATED, WHOLE, ReverseMerge, Rows
from crm.schema.record import name_of, related_records


@dataclass(frozen=True)
class Partners:
    """Which rows t may release what a row s needs: all that are staged when looking ahead, else those done with it or none."""

    condition: str


ANY = Partners("TRUE")
THOSE_TOGETHER = Partners("t.crm_together")
NONE = Partners("FALSE")


def note_dependencies(merge: ReverseMerge, wanted: Rows, partners: Partners) -> None:
    """Keeps what cannot be put back, and marks what has to be put back together."""
    queries = [
        *_unique_dependencies(merge, wanted, partners),
        *_reference_dependencies(merge, wanted, partners),
        *_target_dependencies(merge, wanted, partners),
        *(_too_long_values(merge, wanted) if merge.checks_sizes else ()),
    ]
    if not queries:
        return
    execute(dialect().empty(quoted(merge.needs)))
    found = sum(
        execute(f"INSERT INTO {quoted(merge.needs)} (crm_row, field, reason, other, needs_row, needs_field) {query}")
        for query in queries
    )
    if found:
        _keep_blocked(merge)
        list_kept(merge)
        if partners is ANY:
            _mark_together(merge)


def _unique_dependencies(merge: ReverseMerge, wanted: Rows, partners: Partners) -> Iterator[str]:
    for names in unique_names(merge.model.entity):
        yield from _held_values(merge, names, wanted, partners)
        yield from _repeated_values(merge, names, wanted)


def _held_values(merge: ReverseMerge, names: Sequence[str], wanted: Rows, partners: Partners) -> Iterator[str]:
    """Another record x holds what row s puts back; its own row t may release it."""
    same = " AND ".join(
        f"{_key(merge, name, after(merge, name))} = {_key(merge, name, f'x.{_column(merge, name)}')}" for name in names
    )
    # "Is not null" lets both databases use the conditional unique index.
    given = " AND ".join(f"x.{_column(merge, name)} IS NOT NULL" for name in names)
    releasing = _releasing(_own(merge, names))
    for field, takes in _takers(merge, names):
        yield (
            f"SELECT s.crm_row, '{field}', '{Kept.Reason.UNIQUE}', x.id, t.crm_row, {releasing} FROM {staging(merge)} s"
            f" LEFT JOIN {table_of(merge.model)} r ON r.id = s.record_id"
            f" JOIN {table_of(merge.model)} x ON {same} AND {given} AND x.id <> s.record_id"
            f" LEFT JOIN {staging(merge)} t ON t.record_id = x.id AND {partners.condition} AND ({releasing}) IS NOT NULL"
            f" WHERE {wanted.of('s')} AND {takes}"
        )


def _releasing(names: Sequence[str]) -> str:
    """What the row t has to undo so that its record no longer holds the values; null when it cannot."""
    fields = "".join(f" WHEN t.kind = '{UPDATED}' AND {is_restorable(name, 't')} THEN '{name}'" for name in names)
    return f"CASE WHEN t.kind = '{CREATED}' AND {is_whole('t')} THEN '{WHOLE}'{fields} END"


def _repeated_values(merge: ReverseMerge, names: Sequence[str], wanted: Rows) -> Iterator[str]:
    """Two rows put the same value back, where it was not unique before: only the first one does."""
    values = [_key(merge, name, after(merge, name)) for name in names]
    keys = ", ".join(values)
    given = " AND ".join(f"{value} IS NOT NULL" for value in values)
    for field, takes in _takers(merge, names):
        source = (
            f"{staging(merge)} s LEFT JOIN {table_of(merge.model)} r ON r.id = s.record_id"
            f" WHERE {wanted.of('s')} AND {takes} AND {given}"
        )
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY s.crm_row)"
        yield (
            f"SELECT w.crm_row, '{field}', '{Kept.Reason.UNIQUE}', '', NULL, NULL"
            f" FROM (SELECT s.crm_row AS crm_row, {place} AS place FROM {source}) w WHERE w.place > 1"
        )


def _too_long_values(merge: ReverseMerge, wanted: Rows) -> Iterator[str]:
    """An index cannot hold what would come back."""
    for names, most in index_rooms(merge.model.entity):
        exceeding = exceeds(names, most, lambda name: after(merge, name))
        for field, takes in _takers(merge, names):
            yield (
                f"SELECT s.crm_row, '{field}', '{Kept.Reason.TOO_LONG}', '', NULL, NULL FROM {staging(merge)} s"
                f" LEFT JOIN {table_of(merge.model)} r ON r.id = s.record_id WHERE {wanted.of('s')} AND {takes} AND {exceeding}"
            )


def _takers(merge: ReverseMerge, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The field that is kept if need be, and the rows for which it takes a value."""
    if DELETED in merge.kinds:
        yield WHOLE, f"s.kind = '{DELETED}' AND {is_whole()}"
    own = _own(merge, names)
    changed = " OR ".join(changes(merge, name) for name in own)
    for name in own:
        yield name, f"s.kind = '{UPDATED}' AND r.id IS NOT NULL AND ({changed}) AND {is_restorable(name)}"


def _own(merge: ReverseMerge, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in merge.fields]


def _reference_dependencies(merge: ReverseMerge, wanted: Rows, partners: Partners) -> Iterator[str]:
    """Another record o refers to the created record s, unless its own row t is undone too."""
    if CREATED not in merge.kinds:
        return
    for reference in referring(merge):
        is_own = reference.entity == merge.acronym
        releasing = _releasing(_own(merge, [reference.field])) if is_own else "NULL"
        others = "o.id <> s.record_id" if is_own else f"NOT {_is_undone_too(merge, reference.entity, 'o.id', CREATED)}"
        yield (
            f"SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.REFERRED}', '{reference.entity}-' || o.id, t.crm_row, {releasing}"
            f" FROM {staging(merge)} s JOIN {quoted(reference.table)} o"
            f" ON o.{quoted(reference.column)} = s.record_id AND {others}"
            f" LEFT JOIN {staging(merge)} t ON t.record_id = o.id AND {partners.condition} AND ({releasing}) IS NOT NULL"
            f" WHERE {wanted.of('s')} AND s.kind = '{CREATED}' AND {is_whole()}"
        )


def _is_undone_too(merge: ReverseMerge, entity: str, record_id: str, kind: str) -> str:
    """The change of this kind to the record of another entity is undone by the same undo, and before this one."""
    if entity not in merge.others:
        return "FALSE"
    same = f"e.record_id = {record_id} AND e.kind = '{kind}' AND {is_whole('e')}"
    return f"EXISTS (SELECT 1 FROM {quoted(merge.staging_of(entity))} e WHERE {same})"


@dataclass(frozen=True)
class Reference:
    """A field whose values are ids of records of another entity, or of the same."""

    entity: str
    field: str
    table: str
    column: str


def referring(merge: ReverseMerge) -> list[Reference]:
    """Everything that may refer to records of this model."""
    return [
        Reference(other.entity.acronym, relation.field.name, other._meta.db_table, name_of(relation.field))
        for relation in merge.model._meta.related_objects
        for other in [related_records(relation)]
    ]


def _target_dependencies(merge: ReverseMerge, wanted: Rows, partners: Partners) -> Iterator[str]:
    """What the value refers to is gone, unless it comes back too."""
    for column in _references(merge):
        target, value = related_records(column), old(merge, column.name)
        own = target is merge.model
        returns = (
            f"t.record_id = {value} AND {partners.condition} AND t.kind = '{DELETED}' AND {is_whole('t')}" if own else "FALSE"
        )
        for field, takes in _takers(merge, [column.name]):
            yield (
                f"SELECT s.crm_row, '{field}', '{Kept.Reason.MISSING}', '', t.crm_row, '{WHOLE}' FROM {staging(merge)} s"
                f" LEFT JOIN {table_of(merge.model)} r ON r.id = s.record_id LEFT JOIN {staging(merge)} t ON {returns}"
                f" WHERE {wanted.of('s')} AND {takes} AND {value} IS NOT NULL AND {value} <> s.record_id"
                f" AND NOT EXISTS (SELECT 1 FROM {quoted(target._meta.db_table)} g WHERE g.id = {value})"
                f" AND NOT {_is_undone_too(merge, target.entity.acronym, value, DELETED)}"
            )


def _references(merge: ReverseMerge) -> list[models.ForeignKey]:
    columns = [column for column in merge.model._meta.concrete_fields if isinstance(column, models.ForeignKey)]
    return [column for column in columns if DELETED in merge.kinds or column.name in merge.fields]


def hold_targets(merge: ReverseMerge, wanted: Rows) -> None:
    """What the values refer to is not deleted while they are put back."""
    for column in _references(merge):
        referred = f"SELECT {old(merge, column.name)} FROM {staging(merge)} s WHERE {wanted.of('s')} AND s.kind <> '{CREATED}'"
        hold(table_of(related_records(column)), referred)


def _keep_blocked(merge: ReverseMerge) -> None:
    needs = quoted(merge.needs)
    execute(
        f"INSERT INTO {kept(merge)} (crm_row, field, reason, other) WITH RECURSIVE blocked(crm_row, field) AS ("
        f"SELECT crm_row, field FROM {needs} WHERE needs_row IS NULL"
        f" UNION SELECT n.crm_row, n.field FROM {needs} n JOIN blocked b ON b.crm_row = n.needs_row AND b.field = n.needs_field)"
        f" SELECT n.crm_row, n.field, min(n.reason), min(n.other) FROM {needs} n JOIN blocked b"
        " ON b.crm_row = n.crm_row AND b.field = n.field GROUP BY n.crm_row, n.field"
    )


def _mark_together(merge: ReverseMerge) -> None:
    """Rows that are possible only with each other."""
    is_kept = f"EXISTS (SELECT 1 FROM {kept(merge)} k WHERE k.crm_row = n.crm_row AND k.field = n.field)"
    needs = f"FROM {quoted(merge.needs)} n WHERE n.needs_row IS NOT NULL AND NOT {is_kept}"
    execute(
        f"UPDATE {staging(merge)} SET crm_together = {dialect().boolean(True)}"
        f" WHERE crm_row IN (SELECT n.crm_row {needs} UNION SELECT n.needs_row {needs})"
    )


def _key(merge: ReverseMerge, name: str, expression: str) -> str:
    return folded(merge.model, name, expression)


def _column(merge: ReverseMerge, name: str) -> str:
    return quoted(column_of(merge.model, name))
