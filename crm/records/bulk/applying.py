"""Writes a chunk of the difference: history first, then rows, in the caller's transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.filling import filled_when_changed, filled_when_created
from crm.records.bulk.marking import has_cleared, refused
from crm.records.bulk.matching import match_anew
from crm.records.bulk.merge import CREATED, SKIPPED, UNCHANGED, UPDATED, Applied, Merge, RowRefusal
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.bulk.reference_targets import hold_targets
from crm.records.bulk.unique_values import taken, unique_names
from crm.records.bulk.value_swaps import has_swaps
from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import name_of

CHUNK = 50_000
ATTEMPTS = 5


@dataclass(frozen=True)
class Chunk:
    """Rows after `after` up to `last`, as conditions on staged rows s and outcomes o."""

    after: int
    last: int

    @property
    def is_leaving(self) -> bool:
        return self.last > sql.LEAVING

    @property
    def outcomes(self) -> str:
        return f"o.crm_row > {self.after} AND o.crm_row <= {self.last}"

    @property
    def staged(self) -> str:
        return f"s.crm_row > {self.after} AND s.crm_row <= {self.last}"

    @property
    def both(self) -> str:
        """Said of both tables: else PostgreSQL reads the whole staging table for every chunk."""
        return f"{self.outcomes} AND {self.staged}"


@dataclass(frozen=True)
class Together:
    """The rows that swap unique values, which is no place in the worksheet."""

    swaps: str
    last: None = None
    is_leaving: bool = False

    def _of(self, alias: str) -> str:
        return f"{alias}.crm_row IN (SELECT crm_row FROM {self.swaps} UNION SELECT needs FROM {self.swaps})"

    @property
    def outcomes(self) -> str:
        return self._of("o")

    @property
    def staged(self) -> str:
        return self._of("s")

    @property
    def both(self) -> str:
        return f"{self.outcomes} AND {self.staged}"


def apply_chunk(merge: Merge, change_set: ChangeSet, *, after_row: int, size: int = CHUNK) -> Applied:
    """Applies the next `size` rows that change something, before the first of them those that swap unique values.

    Only what still differs is written, so a repeated call is safe. A row that no longer fits, because another took its unique
    value or deleted its record, is refused by itself.
    """
    last = _last_row(merge, after_row, size)
    if last is None:
        return Applied(0, 0, None)
    sql.DIALECTS[connection.vendor].plan_for_many_rows()
    swapped = _swap(merge, change_set) if after_row == 0 and has_swaps(merge) else Applied(0, 0, None)
    return swapped + _tried(merge, change_set, Chunk(int(after_row), int(last)))


def _swap(merge: Merge, change_set: ChangeSet) -> Applied:
    """The rows are done then, and are no part of the chunk that they stand in."""
    applied = _tried(merge, change_set, Together(quoted(merge.swaps)))
    _execute(
        f"UPDATE {quoted(merge.outcomes)} AS o SET outcome = '{UNCHANGED}' WHERE {Together(quoted(merge.swaps)).outcomes}"
        f" AND o.outcome IN ('{CREATED}', '{UPDATED}')"
    )
    return applied


def _tried(merge: Merge, change_set: ChangeSet, chunk: Chunk | Together) -> Applied:
    refusals: list[RowRefusal] = []
    together = isinstance(chunk, Together)
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                is_sure = attempt == 0 and not together and not sql.may_find_several(merge)
                applied = _write(merge, change_set, chunk, is_sure=is_sure)
            return replace(applied, refusals=(*refusals, *applied.refusals))
        except IntegrityError as error:  # looked for only now: nearly always nobody took anything
            refusals += taken(merge, chunk.staged, together=together)
            conflict = error
    raise conflict


def _write(merge: Merge, change_set: ChangeSet, chunk: Chunk | Together, *, is_sure: bool) -> Applied:
    """`is_sure`: a unique index would tell if a record that is to be created were there by now."""
    skipped, refusals = (0, []) if is_sure else _match_anew(merge, chunk)
    refusals += hold_targets(merge, chunk.both)
    planned = _planned(merge, chunk.outcomes)
    updated = 0
    if UPDATED in planned:
        _lock(merge, chunk.outcomes)
        updated = _update(merge, change_set, chunk)
        refusals += _deleted(merge, chunk.outcomes) if updated < planned[UPDATED] and not chunk.is_leaving else []
    if chunk.is_leaving:
        return Applied(0, 0, chunk.last, left=updated)
    created = _create(merge, change_set, chunk, planned[CREATED]) if CREATED in planned else 0
    return Applied(created, updated, chunk.last, skipped, tuple(refusals))


def _deleted(merge: Merge, rows: str) -> Iterator[RowRefusal]:
    absent = f"NOT EXISTS (SELECT 1 FROM {table_of(merge)} r WHERE r.id = o.record_id)"
    found = sql.rows(
        f"SELECT o.crm_row, o.record_id FROM {quoted(merge.outcomes)} o WHERE {rows} AND o.outcome = '{UPDATED}' AND {absent}"
    )
    yield from refused(merge, "id", found, _("The record was deleted in the meantime."))


def _planned(merge: Merge, rows: str) -> dict[str, int]:
    return dict(sql.rows(f"SELECT outcome, count(*) FROM {quoted(merge.outcomes)} o WHERE {rows} GROUP BY outcome"))


def _last_row(merge: Merge, after_row: int, size: int) -> int | None:
    """Rows and leaving records are never in one chunk."""
    if not merge.replace or after_row > sql.LEAVING:
        return _last_row_of(merge, after_row, size)
    return _last_row_of(merge, after_row, size, below=sql.LEAVING) or _last_row_of(merge, after_row, size)


def _last_row_of(merge: Merge, after_row: int, size: int, *, below: int | None = None) -> int | None:
    wanted = f"SELECT crm_row FROM {quoted(merge.outcomes)} WHERE crm_row > %s AND outcome IN ('{CREATED}', '{UPDATED}')"
    limit = f" AND crm_row < {below}" if below else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(crm_row) FROM ({wanted}{limit} ORDER BY crm_row LIMIT %s) rows", [after_row, size])
        return cursor.fetchone()[0]


def _match_anew(merge: Merge, chunk: Chunk | Together) -> tuple[int, list[RowRefusal]]:
    """Rows that were to be created, but whose record is there by now: written meanwhile, or by this chunk when it ran before.

    A row without a key is known by the id that its record was to have. Gives the number of rows that are skipped for it,
    and those that are refused.
    """
    planned = f"o.outcome = '{CREATED}' AND {chunk.both}"
    found = SKIPPED if merge.mode == "create" else UPDATED
    refusals: list[RowRefusal] = []
    if not sql.may_find_several(merge):
        matched = _match_by_index(merge, planned, found)
    elif sql.rows(f"SELECT 1 FROM {quoted(merge.outcomes)} o WHERE o.outcome = '{CREATED}' AND {chunk.outcomes} LIMIT 1"):
        matched, refusals = match_anew(merge, planned, found)
    else:
        matched = 0
    _execute(
        f"UPDATE {quoted(merge.outcomes)} AS o SET outcome = '{UNCHANGED}' FROM {quoted(merge.staging)} s, {table_of(merge)} r"
        f" WHERE o.crm_row = s.crm_row AND {sql.lacks_key(merge)} AND r.id = o.record_id AND {planned}"
    )
    return matched if found == SKIPPED else 0, refusals


def _match_by_index(merge: Merge, planned: str, found: str) -> int:
    return _execute(
        f"UPDATE {quoted(merge.outcomes)} AS o SET record_id = r.id, outcome = '{found}' FROM {quoted(merge.staging)} s"
        f" JOIN {table_of(merge)} r ON {sql.same_key(merge)} WHERE o.crm_row = s.crm_row AND {planned}"
    )


def _lock(merge: Merge, chunk: str) -> None:
    wanted = f"SELECT o.record_id FROM {quoted(merge.outcomes)} o WHERE {chunk} AND o.outcome = '{UPDATED}'"
    statement = sql.DIALECTS[connection.vendor].lock_rows(table_of(merge), wanted)
    if statement:
        _execute(statement)


def _update(merge: Merge, change_set: ChangeSet, chunk: Chunk | Together) -> int:
    """Of rows that swap unique values, these are given up first and taken when all are free."""
    cleared = has_cleared(merge)
    if not sql.written_columns(merge):
        return 0
    source = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    changed = sql.any_differs(merge, has_cleared=cleared)
    matching = f"r.id = o.record_id AND o.outcome = '{UPDATED}' AND {chunk.both} AND {changed}"
    held = _updated_values(merge, has_cleared=cleared)
    pairs = [(column_of(merge, name), _as_json(merge, name), _differs(merge, name, value)) for name, value in held.items()]
    before = sql.DIALECTS[connection.vendor].json_of_changed(pairs)
    _remember(merge, change_set, f"'{UPDATED}', {before} FROM {source} JOIN {table_of(merge)} r ON {matching}")
    shared = _shared(merge) if isinstance(chunk, Together) else set()
    given_up = {name: _given_up(merge, name, value) for name, value in held.items() if name in shared}
    values = [f"{quoted(column_of(merge, name))} = {value}" for name, value in {**held, **given_up}.items()]
    values += [f"{quoted(column)} = {value}" for column, value in filled_when_changed(merge, change_set).items()]
    stamps = '"crm_version" = r."crm_version" + 1, "updatedBy" = %s, "updatedIn" = %s, "lastInteractionBy" = %s, "lastInteractionIn" = %s'
    update = f"UPDATE {table_of(merge)} AS r SET {', '.join(values)}, {stamps} FROM {source} WHERE {matching}"
    count = _execute(update, _stamps(change_set) * 2)
    if shared:
        taking = ", ".join(f"{quoted(column_of(merge, name))} = {held[name]}" for name in shared)
        _execute(f"UPDATE {table_of(merge)} AS r SET {taking} FROM {source} WHERE {matching}")
    return count


def _shared(merge: Merge) -> set[str]:
    """The fields of which no two records may have the same value."""
    return {name for names in unique_names(merge) for name in names} & set(sql.written_columns(merge))


def _given_up(merge: Merge, name: str, value: str) -> str:
    column = f"r.{quoted(column_of(merge, name))}"
    return f"CASE WHEN {_differs(merge, name, value)} THEN {sql.empty_value(merge, name)} ELSE {column} END"


def _updated_values(merge: Merge, *, has_cleared: bool) -> dict[str, str]:
    """Field and new value as SQL, months after the dates that they follow from."""
    new = {name: sql.new_value(merge, name, has_cleared=has_cleared) for name in sql.written_columns(merge)}
    return new | {month: sql.month(new[date]) for month, date in sql.derived_dates(merge).items() if date in new}


def _differs(merge: Merge, name: str, value: str) -> str:
    return f"r.{quoted(column_of(merge, name))} IS DISTINCT FROM {value}"


def _create(merge: Merge, change_set: ChangeSet, chunk: Chunk | Together, count: int) -> int:
    rows = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    values = _created_values(merge) | filled_when_created(merge, change_set, count)
    columns = ["id", "createdBy", "createdIn", "lastInteractionBy", "lastInteractionIn", *values]
    listed = ", ".join(quoted(name) for name in columns)
    selected = ", ".join(["o.record_id", "%s", "%s", "%s", "%s", *values.values()])
    created = _execute(
        f"INSERT INTO {table_of(merge)} ({listed}) SELECT {selected} FROM {rows}"
        f" WHERE o.outcome = '{CREATED}' AND {chunk.both} ORDER BY o.crm_row",
        _stamps(change_set) * 2,
    )
    known = f"FROM {quoted(merge.outcomes)} o WHERE o.outcome = '{CREATED}' AND {chunk.outcomes}"
    _remember(merge, change_set, f"'{CREATED}', NULL {known}")
    return created


def _created_values(merge: Merge) -> dict[str, str]:
    """Column and value as SQL: what is staged, what follows from it, and the defaults of all other columns."""
    cleared = has_cleared(merge)
    given = {name: sql.created_value(merge, name, has_cleared=cleared) for name in merge.columns if name != "id"}
    derived = {month: sql.month(given[date]) for month, date in sql.derived_dates(merge).items()}
    named = {column_of(merge, name): value for name, value in (given | derived).items()}
    return {**_defaults(merge), "crm_version": "1", **named}


def _defaults(merge: Merge) -> dict[str, str]:
    """The database's own defaults would do for Booleans, were they all there."""
    fields = (field.name for field in merge.model.entity.visible_fields if field.column)
    values = {column_of(merge, name): sql.default_of(merge, name) for name in fields}
    never_empty = [column for column in merge.model._meta.concrete_fields if not column.null and column.has_default()]
    hidden = {
        name_of(column): sql.empty_value(merge, column.name) for column in never_empty if column.name not in {"id", "crm_version"}
    }
    return hidden | {column: value for column, value in values.items() if value != "NULL"}


def _as_json(merge: Merge, name: str) -> str:
    return sql.DIALECTS[connection.vendor].as_json(f"r.{quoted(column_of(merge, name))}", merge.model._meta.get_field(name))


def _remember(merge: Merge, change_set: ChangeSet, selected: str) -> None:
    """`selected` goes on after the row: kind, before FROM …"""
    table = quoted(RecordChange._meta.db_table)
    columns = ", ".join(map(quoted, ["change_set_id", "entity", "at", "record_id", "row", "kind", "before"]))
    statement = f"INSERT INTO {table} ({columns}) SELECT %s, %s, {_moment()}, o.record_id, {_row(merge)}, {selected}"
    _execute(statement, [change_set.pk, merge.model.entity.acronym, connection.ops.adapt_datetimefield_value(timezone.now())])


def _row(merge: Merge) -> str:
    """Who leaves stands in no row."""
    return f"CASE WHEN o.crm_row < {sql.LEAVING} THEN o.crm_row END" if merge.replace else "o.crm_row"


def _moment() -> str:
    return "%s" if connection.vendor == "sqlite" else "%s::timestamptz"


def _stamps(change_set: ChangeSet) -> list[str | None]:
    by = str(change_set.user) if change_set.user else None
    return [by, connection.ops.adapt_datetimefield_value(timezone.now())]


def _execute(statement: str, params: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)
