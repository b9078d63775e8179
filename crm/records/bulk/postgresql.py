"""What only PostgreSQL does its way: COPY, unlogged tables, jsonb."""

from collections.abc import Iterable, Sequence

from django.db import connection, models

from crm.records.bulk.merge import Merge
from crm.records.bulk.names import quoted

TABLE = "CREATE UNLOGGED TABLE"


def ascii_lower(expression: str) -> str:
    return f'LOWER(({expression}) COLLATE "C")'


def boolean(value: bool) -> str:  # a value, not a switch
    return "true" if value else "false"


def load(merge: Merge, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Streams rows into the staging table and says how many came."""
    count = 0
    names = ", ".join(quoted(name) for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quoted(merge.staging)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def as_json(expression: str, column: models.Field) -> str:  # noqa: ARG001  # jsonb_build_object knows every type
    return expression


def json_of_changed(pairs: Sequence[tuple[str, str, str]]) -> str:
    """One JSON object of the (name, value, condition) whose condition holds."""
    pieces = (
        f"CASE WHEN {when} THEN jsonb_build_object('{name}', {value}) ELSE '{{}}'::jsonb END" for name, value, when in pairs
    )
    return " || ".join(pieces) or "'{}'::jsonb"


def new_ids() -> str:
    """A time-ordered id a row, as SQL."""
    milliseconds = "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')"
    random = "replace(gen_random_uuid()::text, '-', '')"
    digits = f"{milliseconds} || '7' || lpad(to_hex((s.crm_row & 4095)), 3, '0') || '8' || substr({random}, 1, 15)"
    return f"(({digits})::uuid)::text"


def lock_rows(table: str, wanted: str) -> str | None:
    return f"SELECT 1 FROM {table} WHERE id IN ({wanted}) ORDER BY id FOR UPDATE"


def tidy(table: str) -> None:
    """Counts after a large write are fast only when the visibility map is fresh."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
