"""Statements that write many records at once, and remember in the history what was there before.

Merges (`bulk`) and undos (`undoing`) write by them. In all of them `r` is the record as it is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction

from crm.records.bulk.names import quoted, stored
from crm.records.bulk.stamps import change_stamps, changed_people
from crm.records.dialects import dialect
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing.moments import moment
from crm.schema.definitions import EntityDefinition
from crm.schema.generated import constraints
from crm.schema.generated.index_sizes import is_too_large, room
from crm.schema.record import Record, name_of, stored_field

ATTEMPTS = 5  # of a transaction that loses a unique value to another process

Result = TypeVar("Result")


def execute(statement: str, params: Sequence[Any] = ()) -> int:
    """Return the number of rows that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def rows(query: str) -> list[tuple[Any, ...]]:  # Any: whatever the query selects
    with connection.cursor() as cursor:
        cursor.execute(query, ())
        return cursor.fetchall()


def any_twice(expressions: Sequence[str], source: str) -> bool:
    """Return True if values may occur twice among the rows of `source` (tables and conditions).

    Two values that only share a hash are a rare wrong yes.
    """
    grouped = ", ".join(map(dialect().hashed, expressions))
    return bool(rows(f"SELECT 1 FROM {source} GROUP BY {grouped} HAVING count(*) > 1 LIMIT 1"))


def retried(
    write: Callable[[int], Result],
    *,
    on_conflict: Callable[[], None] = lambda: None,
    on_too_large: Callable[[], None] = lambda: None,
) -> Result:
    """What `write`, given the number of its attempt, returns: in a transaction, and again where a unique value was taken
    or an index could not hold a value.

    Nearly always neither happens, so `on_conflict` and `on_too_large` find out
    only afterwards which rows are at fault. Raises the database's error after the last attempt.
    """
    conflict: DatabaseError
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return write(attempt)
        except IntegrityError as error:
            on_conflict()
            conflict = error
        except OperationalError as error:
            if not is_too_large(error):
                raise
            on_too_large()
            conflict = error
    raise conflict


def lock(table: str, ids: str) -> None:
    """Locks the records that the query `ids` names until the transaction ends, in an order that no two processes deadlock by."""
    _lock(table, ids, dialect().ROW_LOCK)


def hold(table: str, ids: str) -> None:
    """Keeps the records that the query `ids` names from being deleted until the transaction ends."""
    _lock(table, ids, dialect().KEY_LOCK)


def _lock(table: str, ids: str, how: str) -> None:
    if how:
        execute(f"SELECT 1 FROM {table} WHERE id IN ({ids}) ORDER BY id{how}")


def remember(
    model: type[Record], change_set: ChangeSet, kind: str, before: str, source: str, *, record_id: str, row: str = "NULL"
) -> None:
    """Writes the history of the rows of `source` (tables and conditions): before the records themselves are written."""
    values = {
        "change_set_id": str(int(change_set.pk)),
        "entity": dialect().literal(model.entity.acronym),
        "at": dialect().literal(moment()),
        "record_id": record_id,
        "row": row,
        "kind": f"'{kind}'",
        "before": before,
    }
    _insert(quoted(RecordChange._meta.db_table), values, source)


def remember_updates(
    model: type[Record],
    change_set: ChangeSet,
    changes: Sequence[tuple[str, str, str]],
    source: str,
    *,
    record_id: str,
    row: str = "NULL",
) -> None:
    """As `remember`: of these fields (name, value as JSON, whether it changes), and of those that say who changed the record."""
    people = [
        (name, json_of(stored_field(model, name)), f"{stored(model, name)} IS DISTINCT FROM {who}")
        for name, who in changed_people(model, change_set).items()
    ]
    before = dialect().json_of_changed([*changes, *people])
    remember(model, change_set, RecordChange.Kind.UPDATE.value, before, source, record_id=record_id, row=row)


def insert(model: type[Record], values: Mapping[str, str], source: str) -> int:
    """Creates a record of each row of `source` with these values by column."""
    return _insert(quoted(model._meta.db_table), values, source)


def _insert(table: str, values: Mapping[str, str], source: str) -> int:
    return execute(f"INSERT INTO {table} ({', '.join(map(quoted, values))}) SELECT {', '.join(values.values())} FROM {source}")


def update(model: type[Record], change_set: ChangeSet, values: Mapping[str, str], source: str, matching: str) -> int:
    """Assigns values by column, in a new version of each record r that `matching` finds a row of `source` for."""
    return assign(model, {**values, **change_stamps(model, change_set)}, source, matching)


def assign(model: type[Record], values: Mapping[str, str], source: str, matching: str) -> int:
    """As `update`, within the version that was just written."""
    assignments = ", ".join(f"{quoted(column)} = {value}" for column, value in values.items())
    return execute(f"UPDATE {quoted(model._meta.db_table)} AS r SET {assignments} FROM {source} WHERE {matching}")


def released(column: str, value: str, empty: str = "NULL") -> str:
    """Return the value of a unique column while records swap theirs: where it changes it is emptied first, then assigned."""
    return f"CASE WHEN r.{quoted(column)} IS DISTINCT FROM {value} THEN {empty} ELSE r.{quoted(column)} END"


def json_of(column: models.Field) -> str:
    """Return the stored value of a column of r, as the history keeps it."""
    return dialect().as_json(f"r.{quoted(name_of(column))}", column)


def index_rooms(entity: EntityDefinition) -> list[tuple[Sequence[str], int]]:
    """Return the fields of each index, and how many bytes their values may take in it."""
    return [(index.fields, room(index)) for index in constraints.named_indexes(entity).values()]


def exceeds(names: Sequence[str], most: int, value: Callable[[str], str]) -> str:
    """True where the fields' values take more bytes than that, as SQL; `value` gives the expression of a field."""
    sizes = " + ".join(f"COALESCE(octet_length(CAST({value(name)} AS text)), 0)" for name in names)
    return f"{sizes} > {most}"


def unique_names(entity: EntityDefinition) -> list[tuple[str, ...]]:
    """Return the fields, alone or together, of which no two records may have the same values."""
    alone = [(field.name,) for field in entity.visible_fields if field.unique and field.column]
    return alone + [tuple(index.fields) for index in entity.live_indexes if index.unique]
