"""Writes a chunk of the difference: history first, then rows, in the caller's transaction."""

from django.db import connection
from django.utils import timezone

from crm.records.bulk import sql
from crm.records.bulk.difference import has_cleared
from crm.records.bulk.merge import CREATED, SKIPPED, UNCHANGED, UPDATED, Applied, Merge
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.models import ChangeSet, RecordChange

CHUNK = 50_000


def apply_chunk(merge: Merge, change_set: ChangeSet, *, after_row: int, size: int = CHUNK) -> Applied:
    """Applies the next `size` rows that change something. Only what still differs is written, so a repeated call is safe."""
    last = _last_row(merge, after_row, size)
    if last is None:
        return Applied(0, 0, None)
    chunk = f"o.crm_row > {int(after_row)} AND o.crm_row <= {int(last)}"
    # Said of both tables: else PostgreSQL reads the whole staging table for every chunk.
    staged = f"{chunk} AND s.crm_row > {int(after_row)} AND s.crm_row <= {int(last)}"
    sql.DIALECTS[connection.vendor].plan_for_many_rows()
    _match_anew(merge, chunk, staged)
    planned = _planned(merge, chunk)
    if UPDATED in planned:
        _lock(merge, chunk)
    updated = _update(merge, change_set, staged) if UPDATED in planned else 0
    created = _create(merge, change_set, chunk, staged) if CREATED in planned else 0
    return Applied(created, updated, last)


def _planned(merge: Merge, chunk: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT outcome FROM {quoted(merge.outcomes)} o WHERE {chunk}", ())
        return {outcome for (outcome,) in cursor.fetchall()}


def _last_row(merge: Merge, after_row: int, size: int) -> int | None:
    wanted = f"SELECT crm_row FROM {quoted(merge.outcomes)} WHERE crm_row > %s AND outcome IN ('{CREATED}', '{UPDATED}')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(crm_row) FROM ({wanted} ORDER BY crm_row LIMIT %s) rows", [after_row, size])
        return cursor.fetchone()[0]


def _match_anew(merge: Merge, chunk: str, staged: str) -> None:
    """Rows that were to be created, but whose record is there by now: written meanwhile, or by this chunk when it ran before.

    A row without a key is known by the id that its record was to have.
    """
    table, outcomes = table_of(merge), quoted(merge.outcomes)
    planned = f"o.outcome = '{CREATED}' AND {chunk}"
    found = SKIPPED if merge.mode == "create" else UPDATED
    _execute(
        f"UPDATE {outcomes} AS o SET record_id = r.id, outcome = '{found}' FROM {quoted(merge.staging)} s"
        f" JOIN {table} r ON {sql.same_key(merge)} WHERE o.crm_row = s.crm_row AND {planned} AND {staged}"
    )
    _execute(
        f"UPDATE {outcomes} AS o SET outcome = '{UNCHANGED}' FROM {quoted(merge.staging)} s, {table} r"
        f" WHERE o.crm_row = s.crm_row AND s.crm_key IS NULL AND r.id = o.record_id AND {planned} AND {staged}"
    )


def _lock(merge: Merge, chunk: str) -> None:
    wanted = f"SELECT o.record_id FROM {quoted(merge.outcomes)} o WHERE {chunk} AND o.outcome = '{UPDATED}'"
    statement = sql.DIALECTS[connection.vendor].lock_rows(table_of(merge), wanted)
    if statement:
        _execute(statement)


def _update(merge: Merge, change_set: ChangeSet, chunk: str) -> int:
    cleared = has_cleared(merge)
    names = sql.written_columns(merge)
    if not names:
        return 0
    source = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    changed = sql.any_differs(merge, has_cleared=cleared)
    matching = f"r.id = o.record_id AND o.outcome = '{UPDATED}' AND {chunk} AND {changed}"
    pairs = [(column_of(merge, name), _as_json(merge, name), sql.differs(merge, name, has_cleared=cleared)) for name in names]
    before = sql.DIALECTS[connection.vendor].json_of_changed(pairs)
    _remember(merge, change_set, f"'{UPDATED}', {before} FROM {source} JOIN {table_of(merge)} r ON {matching}")
    values = [f"{quoted(column_of(merge, name))} = {sql.new_value(merge, name, has_cleared=cleared)}" for name in names]
    stamps = '"crm_version" = r."crm_version" + 1, "updatedBy" = %s, "updatedIn" = %s, "lastInteractionBy" = %s, "lastInteractionIn" = %s'
    update = f"UPDATE {table_of(merge)} AS r SET {', '.join(values)}, {stamps} FROM {source} WHERE {matching}"
    return _execute(update, _stamps(change_set) * 2)


def _create(merge: Merge, change_set: ChangeSet, chunk: str, staged: str) -> int:
    source = f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"
    rows = f"{source} WHERE o.outcome = '{CREATED}' AND {staged}"
    names = [name for name in merge.columns if name != "id"]
    given = {column_of(merge, name): _created_value(merge, name) for name in names}
    defaults = {**_defaults(merge), **given}
    columns = ["id", "createdBy", "createdIn", "lastInteractionBy", "lastInteractionIn", *defaults]
    listed = ", ".join(quoted(name) for name in columns)
    values = ", ".join(["o.record_id", "%s", "%s", "%s", "%s", *defaults.values()])
    created = _execute(
        f"INSERT INTO {table_of(merge)} ({listed}) SELECT {values} FROM {rows} ORDER BY o.crm_row", _stamps(change_set) * 2
    )
    _remember(merge, change_set, f"'{CREATED}', NULL FROM {quoted(merge.outcomes)} o WHERE o.outcome = '{CREATED}' AND {chunk}")
    return created


def _created_value(merge: Merge, name: str) -> str:
    empty = sql.empty_value(merge, name)
    return f"s.{quoted(name)}" if empty == "NULL" else f"COALESCE(s.{quoted(name)}, {empty})"


def _defaults(merge: Merge) -> dict[str, str]:
    """What a new record holds in columns that are never empty; the database's own defaults would do, were they all there."""
    columns = merge.model._meta.concrete_fields
    return {
        column.column: sql.empty_value(merge, column.name)
        for column in columns
        if not column.null and column.has_default() and column.name not in {"id", "crm_version"}
    } | {"crm_version": "1"}


def _as_json(merge: Merge, name: str) -> str:
    return sql.DIALECTS[connection.vendor].as_json(f"r.{quoted(column_of(merge, name))}", merge.model._meta.get_field(name))


def _remember(merge: Merge, change_set: ChangeSet, selected: str) -> None:
    """`selected` goes on after the row: kind, before FROM …"""
    table = quoted(RecordChange._meta.db_table)
    columns = ", ".join(map(quoted, ["change_set_id", "entity", "at", "record_id", "row", "kind", "before"]))
    statement = f"INSERT INTO {table} ({columns}) SELECT %s, %s, {_moment()}, o.record_id, o.crm_row, {selected}"
    _execute(statement, [change_set.pk, merge.model.entity.acronym, _at(change_set)])


def _moment() -> str:
    return "%s" if connection.vendor == "sqlite" else "%s::timestamptz"


def _at(change_set: ChangeSet) -> object:
    return connection.ops.adapt_datetimefield_value(change_set.at)


def _stamps(change_set: ChangeSet) -> list[object]:
    by = str(change_set.user) if change_set.user else None
    return [by, connection.ops.adapt_datetimefield_value(timezone.now())]


def _execute(statement: str, params: list[object] | tuple[()] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)
