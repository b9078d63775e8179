"""What was there before, as SQL over s (the staged change) and r (the record as it is stored)."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from django.db import connection, models

from crm.records.bulk import sql
from crm.records.bulk.names import column_of, quoted, table_of
from crm.records.undoing.reverse_merge import UPDATED, WHOLE, Backwards
from crm.schema.generated.classes import published_column
from crm.schema.record import Record


def dialect() -> ModuleType:
    return sql.DIALECTS[connection.vendor]


def execute(statement: str, params: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def staging(back: Backwards) -> str:
    return quoted(back.staging)


def kept(back: Backwards) -> str:
    return quoted(back.kept)


def with_records(back: Backwards) -> str:
    return f"{staging(back)} s JOIN {table_of(back)} r ON r.id = s.record_id"


def stored_columns(model: type[Record]) -> dict[str, models.Field]:
    """Every column of the table that the entity knows of, by the name of its field; those of hidden fields too."""
    known = {column.name: column for column in model._meta.concrete_fields}
    unseen = {field.name: published_column(field) for field in model.entity.fields if field.hidden}
    hidden = {name: column for name, column in unseen.items() if column}
    for name, column in hidden.items():
        column.set_attributes_from_name(name)
    return {**hidden, **known}


def old(back: Backwards, name: str) -> str:
    """What the field held before the change; a Boolean is never unset."""
    column = back.model._meta.get_field(name)
    value = dialect().from_json("s.before", name, column)
    return value if column.null else f"COALESCE({value}, {sql.empty_value(back, name)})"


def stored(back: Backwards, name: str) -> str:
    return f"r.{quoted(column_of(back, name))}"


def is_whole(alias: str = "s") -> str:
    """Nothing stands in the way of the record as a whole."""
    return f"({alias}.crm_kept IS NULL OR NOT {dialect().holds(f'{alias}.crm_kept', f',{WHOLE},')})"


def is_restorable(name: str, alias: str = "s") -> str:
    """The update changed the field, and nothing stands in the way of putting it back."""
    holds, listed = dialect().holds, f"{alias}.crm_kept"
    stays = f"{holds(listed, f',{name},')} OR {holds(listed, f',{WHOLE},')}"
    return f"({dialect().has_key(f'{alias}.before', name)} AND ({listed} IS NULL OR NOT ({stays})))"


def changes(back: Backwards, name: str) -> str:
    """Putting the field back makes a difference."""
    return f"({is_restorable(name)} AND {stored(back, name)} IS DISTINCT FROM {old(back, name)})"


def after(back: Backwards, name: str) -> str:
    """What the field holds when all is done; of a record that comes back, what it held."""
    if name not in back.fields:
        return f"CASE WHEN s.kind = '{UPDATED}' THEN {stored(back, name)} ELSE {old(back, name)} END"
    return f"CASE WHEN s.kind <> '{UPDATED}' OR {is_restorable(name)} THEN {old(back, name)} ELSE {stored(back, name)} END"


def restored_values(back: Backwards) -> dict[str, tuple[str, str]]:
    """Field → its new value and the condition under which it changes; months follow from their dates."""
    values = {
        name: (f"CASE WHEN {is_restorable(name)} THEN {old(back, name)} ELSE {stored(back, name)} END", changes(back, name))
        for name in back.fields
    }
    months = {month: sql.month(values[date][0]) for month, date in back.derived.items()}
    return values | {month: (value, f"{stored(back, month)} IS DISTINCT FROM {value}") for month, value in months.items()}
