"""What cannot be put back by itself: a unique value that another record holds, a record that others refer to.

Where the other one gives way in the same undo, both are done in one transaction; else the row keeps what it has. Need by
need is written into a table: the row and field, and the row and field without which they stay (none: they stay anyway).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models

from crm.records.bulk import sql
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.models import Kept
from crm.records.undoing.conflicts import list_kept
from crm.records.undoing.expressions import (
    after,
    changes,
    dialect,
    execute,
    is_restorable,
    is_whole,
    kept,
    old,
    staging,
)
from crm.records.undoing.reverse_merge import CREATED, DELETED, UPDATED, WHOLE, Backwards, Rows
from crm.schema.definitions import EntityDefinition
from crm.schema.record import name_of, related_records


@dataclass(frozen=True)
class Partners:
    """Which rows t may give way to a row s: of all that are staged when looking ahead, else those done with it or none."""

    condition: str


ANY = Partners("TRUE")
THOSE_TOGETHER = Partners("t.crm_together")
NONE = Partners("FALSE")


def note_needs(back: Backwards, wanted: Rows, partners: Partners) -> None:
    """Keeps what cannot be put back, and marks what must be put back together."""
    asked = [
        *_unique_needs(back, wanted, partners),
        *_reference_needs(back, wanted, partners),
        *_target_needs(back, wanted, partners),
    ]
    if not asked:
        return
    execute(dialect().empty(quoted(back.needs)))
    found = sum(
        execute(f"INSERT INTO {quoted(back.needs)} (crm_row, field, reason, other, needs_row, needs_field) {need}", ())
        for need in asked
    )
    if found:
        _keep_what_is_blocked(back)
        list_kept(back)
        if partners is ANY:
            _mark_together(back)


def _unique_needs(back: Backwards, wanted: Rows, partners: Partners) -> Iterator[str]:
    for names in unique_names(back.model.entity):
        yield from _held_needs(back, names, wanted, partners)
        yield from _twin_needs(back, names, wanted)


def unique_names(entity: EntityDefinition) -> list[tuple[str, ...]]:
    """The fields, alone or together, that no two records may share."""
    alone = [(field.name,) for field in entity.visible_fields if field.unique and field.column]
    return alone + [tuple(index.fields) for index in entity.live_indexes if index.unique]


def _held_needs(back: Backwards, names: Sequence[str], wanted: Rows, partners: Partners) -> Iterator[str]:
    """Another record x holds what row s puts back; its own row t may let go of it."""
    same = " AND ".join(
        f"{_key(back, name, after(back, name))} = {_key(back, name, f'x.{_column(back, name)}')}" for name in names
    )
    # "Is not null" lets both databases use the conditional unique index.
    given = " AND ".join(f"x.{_column(back, name)} IS NOT NULL" for name in names)
    lets_go = _lets_go(_own(back, names))
    for field, takes in _takers(back, names):
        yield (
            f"SELECT s.crm_row, '{field}', '{Kept.Reason.UNIQUE}', x.id, t.crm_row, {lets_go} FROM {staging(back)} s"
            f" LEFT JOIN {table_of(back)} r ON r.id = s.record_id JOIN {table_of(back)} x ON {same} AND {given} AND x.id <> s.record_id"
            f" LEFT JOIN {staging(back)} t ON t.record_id = x.id AND {partners.condition} AND ({lets_go}) IS NOT NULL"
            f" WHERE {wanted.of('s')} AND {takes}"
        )


def _lets_go(names: Sequence[str]) -> str:
    """What the row t must take back so that its record no longer holds the values; null when it cannot."""
    fields = "".join(f" WHEN t.kind = '{UPDATED}' AND {is_restorable(name, 't')} THEN '{name}'" for name in names)
    return f"CASE WHEN t.kind = '{CREATED}' AND {is_whole('t')} THEN '{WHOLE}'{fields} END"


def _twin_needs(back: Backwards, names: Sequence[str], wanted: Rows) -> Iterator[str]:
    """Two rows put the same value back, as may be where it need not have been unique before: the first one does."""
    values = [_key(back, name, after(back, name)) for name in names]
    keys = ", ".join(values)
    given = " AND ".join(f"{value} IS NOT NULL" for value in values)
    for field, takes in _takers(back, names):
        source = (
            f"{staging(back)} s LEFT JOIN {table_of(back)} r ON r.id = s.record_id WHERE {wanted.of('s')} AND {takes} AND {given}"
        )
        place = f"row_number() OVER (PARTITION BY {keys} ORDER BY s.crm_row)"
        yield (
            f"SELECT w.crm_row, '{field}', '{Kept.Reason.UNIQUE}', '', NULL, NULL"
            f" FROM (SELECT s.crm_row AS crm_row, {place} AS place FROM {source}) w WHERE w.place > 1"
        )


def _takers(back: Backwards, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The field that stays if need be, and the rows for which it takes a value."""
    if DELETED in back.kinds:
        yield WHOLE, f"s.kind = '{DELETED}' AND {is_whole()}"
    own = _own(back, names)
    changed = " OR ".join(changes(back, name) for name in own)
    for name in own:
        yield name, f"s.kind = '{UPDATED}' AND r.id IS NOT NULL AND ({changed}) AND {is_restorable(name)}"


def _own(back: Backwards, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in back.fields]


def _reference_needs(back: Backwards, wanted: Rows, partners: Partners) -> Iterator[str]:
    """Another record o refers to the created record s, unless its own row t is taken back too."""
    if CREATED not in back.kinds:
        return
    for reference in referring(back):
        is_own = reference.entity == back.acronym
        gives_way = _lets_go(_own(back, [reference.field])) if is_own else "NULL"
        others = "o.id <> s.record_id" if is_own else f"NOT {_goes_too(back, reference.entity)}"
        yield (
            f"SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.REFERRED}', '{reference.entity}-' || o.id, t.crm_row, {gives_way}"
            f" FROM {staging(back)} s JOIN {quoted(reference.table)} o ON o.{quoted(reference.column)} = s.record_id AND {others}"
            f" LEFT JOIN {staging(back)} t ON t.record_id = o.id AND {partners.condition} AND ({gives_way}) IS NOT NULL"
            f" WHERE {wanted.of('s')} AND s.kind = '{CREATED}' AND {is_whole()}"
        )


def _goes_too(back: Backwards, entity: str) -> str:
    """The record o of another entity is removed by the same undo, and before this one."""
    if entity not in back.others:
        return "FALSE"
    same = f"e.record_id = o.id AND e.kind = '{CREATED}' AND {is_whole('e')}"
    return f"EXISTS (SELECT 1 FROM {quoted(back.staging_of(entity))} e WHERE {same})"


@dataclass(frozen=True)
class Reference:
    """A field whose values are ids of records of another entity, or of the same."""

    entity: str
    field: str
    table: str
    column: str


def referring(back: Backwards) -> list[Reference]:
    """Everything that may refer to records of this model."""
    return [
        Reference(other.entity.acronym, relation.field.name, other._meta.db_table, name_of(relation.field))
        for relation in back.model._meta.related_objects
        for other in [related_records(relation)]
    ]


def _target_needs(back: Backwards, wanted: Rows, partners: Partners) -> Iterator[str]:
    """What the value refers to is gone, unless it comes back too."""
    for column in _references(back):
        target, value = related_records(column), old(back, column.name)
        own = target is back.model
        returns = (
            f"t.record_id = {value} AND {partners.condition} AND t.kind = '{DELETED}' AND {is_whole('t')}" if own else "FALSE"
        )
        for field, takes in _takers(back, [column.name]):
            yield (
                f"SELECT s.crm_row, '{field}', '{Kept.Reason.MISSING}', '', t.crm_row, '{WHOLE}' FROM {staging(back)} s"
                f" LEFT JOIN {table_of(back)} r ON r.id = s.record_id LEFT JOIN {staging(back)} t ON {returns}"
                f" WHERE {wanted.of('s')} AND {takes} AND {value} IS NOT NULL AND {value} <> s.record_id"
                f" AND NOT EXISTS (SELECT 1 FROM {quoted(target._meta.db_table)} g WHERE g.id = {value})"
                f" AND NOT {_comes_too(back, target.entity.acronym, value)}"
            )


def _references(back: Backwards) -> list[models.ForeignKey]:
    columns = [column for column in back.model._meta.concrete_fields if isinstance(column, models.ForeignKey)]
    return [column for column in columns if DELETED in back.kinds or column.name in back.fields]


def _comes_too(back: Backwards, entity: str, value: str) -> str:
    """The record of another entity comes back by the same undo, and before this one."""
    if entity not in back.others:
        return "FALSE"
    same = f"e.record_id = {value} AND e.kind = '{DELETED}' AND {is_whole('e')}"
    return f"EXISTS (SELECT 1 FROM {quoted(back.staging_of(entity))} e WHERE {same})"


def hold_targets(back: Backwards, wanted: Rows) -> None:
    """What the values refer to is not deleted while they are put back."""
    for column in _references(back):
        referred = f"SELECT {old(back, column.name)} FROM {staging(back)} s WHERE {wanted.of('s')} AND s.kind <> '{CREATED}'"
        statement = dialect().hold_rows(quoted(related_records(column)._meta.db_table), referred)
        if statement:
            execute(statement)


def _keep_what_is_blocked(back: Backwards) -> None:
    needs = quoted(back.needs)
    execute(
        f"INSERT INTO {kept(back)} (crm_row, field, reason, other) WITH RECURSIVE blocked(crm_row, field) AS ("
        f"SELECT crm_row, field FROM {needs} WHERE needs_row IS NULL"
        f" UNION SELECT n.crm_row, n.field FROM {needs} n JOIN blocked b ON b.crm_row = n.needs_row AND b.field = n.needs_field)"
        f" SELECT n.crm_row, n.field, min(n.reason), min(n.other) FROM {needs} n JOIN blocked b"
        " ON b.crm_row = n.crm_row AND b.field = n.field GROUP BY n.crm_row, n.field"
    )


def _mark_together(back: Backwards) -> None:
    """Rows that were found to be possible only with each other."""
    stays = f"EXISTS (SELECT 1 FROM {kept(back)} k WHERE k.crm_row = n.crm_row AND k.field = n.field)"
    needs = f"FROM {quoted(back.needs)} n WHERE n.needs_row IS NOT NULL AND NOT {stays}"
    execute(
        f"UPDATE {staging(back)} SET crm_together = {dialect().boolean(True)}"
        f" WHERE crm_row IN (SELECT n.crm_row {needs} UNION SELECT n.needs_row {needs})"
    )


def _key(back: Backwards, name: str, expression: str) -> str:
    return sql.folded(back, name, expression)


def _column(back: Backwards, name: str) -> str:
    return quoted(column_of(back, name))
