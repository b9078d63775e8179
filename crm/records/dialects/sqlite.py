"""SQLite: executemany, JSON as text, one writer at a time."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from random import sample
from typing import Any

from django.db import connection, models

from crm.records.dialects.protocol import LineForm, Packed
from crm.records.dialects.quoting import escaped, quoted

TABLE = "CREATE TABLE"
JSON = "text"
ROW_LOCK = KEY_LOCK = ""  # the transaction holds the whole database
HAS_SEQUENCES = False
IN_PROCESS = True
# What a canonical cell of these kinds is stored as.
CELLS = {
    "boolean": "CASE lower(%s) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
    "datetime": "replace(substr(NULLIF(%s, ''), 1, 19), 'T', ' ')",
}


def ascii_lower(expression: str) -> str:
    return f"LOWER({expression})"


def lower(expression: str) -> str:
    return f"crm_lower({expression})"


def boolean(value: bool) -> str:
    return "1" if value else "0"


def pack(block: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return list(zip(*map(stored_column, block), strict=True))


def load(table: str, columns: Sequence[str], packed: Iterator[Packed]) -> Iterator[int]:
    count = 0
    for form, blocks in groupby(packed, key=attrgetter("lines")):
        statement = _insert_statement(table, columns, form)
        for block in blocks:
            with connection.cursor() as cursor:
                cursor.executemany(statement, block.content)
            count += block.rows
            yield count


def pack_lines(lines: Sequence[str], form: LineForm) -> list[list[str]]:
    return list(csv.reader(lines, delimiter=form.delimiter))


def _insert_statement(table: str, columns: Sequence[str], form: LineForm | None) -> str:
    """Text becomes a number where the column holds numbers; the rest of what a cell means, the statement says."""
    values = ["%s" for _column in columns]
    if form is not None:
        cells = [CELLS.get(kind, "NULLIF(%s, '')") for _name, kind in form.cells]
        values = ["%s", *cells, *("NULL" if value is None else literal(value) for _name, value in form.fixed)]
    names = ", ".join(map(quoted, form.columns if form else columns))
    return f"INSERT INTO {quoted(table)} ({names}) VALUES ({', '.join(values)})"


def stored_column(values: Sequence[object]) -> Sequence[object]:
    """The values of one column, all of one type or None, as Django stores them in SQLite."""
    sample = next((value for value in values if value is not None), None)
    return list(map(stored, values)) if isinstance(sample, date | time | Decimal) else values


def stored(value: Any) -> Any:  # Any: values of every type
    """A value as Django stores it in SQLite."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, Decimal):
        return str(value)
    return str(value) if isinstance(value, date | time) else value


def as_json(expression: str, column: models.Field) -> str:
    """SQLite keeps Booleans as numbers and moments as text without a zone."""
    if isinstance(column, models.BooleanField):
        return f"CASE {expression} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"
    if isinstance(column, models.JSONField):
        return f"COALESCE(json({expression}), 'null')"
    if isinstance(column, models.DateTimeField):
        return f"json_quote(replace({expression}, ' ', 'T') || 'Z')"
    return f"json_quote({expression})"


def like_column(expression: str, column: models.Field) -> str:
    """Django gives decimals as text, which a column would convert to a number."""
    return f"CAST({expression} AS NUMERIC)" if isinstance(column, models.DecimalField) else expression


def json_of_changed(pairs: Sequence[tuple[str, str, str]]) -> str:
    return _object(f"CASE WHEN {when} THEN ',\"{name}\":' || {value} ELSE '' END" for name, value, when in pairs)


def json_of_all(pairs: Sequence[tuple[str, str]]) -> str:
    return _object(f"',\"{name}\":' || {value}" for name, value in pairs)


def _object(pieces: Iterable[str]) -> str:
    """Pieces, each with its comma before it, in groups: SQLite lets no expression be deeper than a thousand steps."""
    listed = list(pieces)
    groups = (" || ".join(listed[start : start + 50]) for start in range(0, len(listed), 50))
    return f"'{{' || ltrim({' || '.join(f'({group})' for group in groups) or chr(39) * 2}, ',') || '}}'"


def from_json(document: str, name: str, column: models.Field) -> str:
    found = f"json_extract({document}, '$.\"{name}\"')"
    if isinstance(column, models.DateTimeField):
        return f"replace(replace(replace({found}, 'T', ' '), 'Z', ''), '+00:00', '')"
    return found


def has_key(document: str, name: str) -> str:
    return f"(json_type({document}, '$.\"{name}\"') IS NOT NULL)"


def keys_of(document: str, alias: str) -> str:
    return f"json_each({document}) AS {alias}"


def looked_up(table: str, alias: str, condition: str) -> str:
    # SQLite keeps the order of a cross join.
    return f"CROSS JOIN {table} {alias} ON {condition}"


def contains(text: str, piece: str) -> str:
    return f"instr({text}, {piece}) > 0"


def joined_texts(expression: str) -> str:
    return f"group_concat({expression}, ',')"


def empty(table: str) -> str:
    return f"DELETE FROM {table}"


def month(date: str) -> str:
    return f"CAST(strftime('%%m', {date}) AS integer)"


def literal(value: object) -> str:
    text = stored(value)
    return str(int(text)) if isinstance(text, int) else escaped("'" + str(text).replace("'", "''") + "'")


def new_ids() -> str:
    clock = "printf('%%012x', CAST(strftime('%%s', 'now') AS INTEGER) * 1000)"
    first = f"(SELECT substr(c, 1, 8) || '-' || substr(c, 9) FROM (SELECT {clock} AS c))"
    random = "(SELECT lower(hex(randomblob(5))))"
    counters = "s.crm_row >> 14 & 4095, 32768 + (s.crm_row & 16383), 16 + (s.crm_row >> 26)"
    return f"printf('%%s-7%%03x-%%04x-%%02x%%s', {first}, {counters}, {random})"


def hashed(expression: str) -> str:
    """SQLite has nothing quicker than the text."""
    return expression


def streamed(query: str) -> Iterator[tuple[Any, ...]]:  # Any: whatever the query selects
    with connection.cursor() as cursor:
        yield from cursor.execute(query, ())


def with_computed(table: str, alias: str, computed: Sequence[str]) -> str:
    """LIMIT keeps the planner from putting the expressions where they are read."""
    return f"(SELECT *, {', '.join(computed)} FROM {table} AS {alias} LIMIT -1) AS {alias}"


def plan_for_many_rows() -> None:
    """Nothing to do: SQLite's cache is set when it connects."""


def analyze(table: str, columns: Sequence[str]) -> str:  # noqa: ARG001  # SQLite looks at indexes alone
    return f"ANALYZE {table}"


def tidy(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def random_ids(table: str, *, count: int, of: int) -> list[str]:  # noqa: ARG001  # the numbers of the rows say how many there are
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(rowid) FROM {quoted(table)}")
        last = cursor.fetchone()[0] or 0
        numbers = sample(range(1, last + 1), min(count, last))
        cursor.execute(f"SELECT id FROM {quoted(table)} WHERE rowid IN ({', '.join(['%s'] * len(numbers))})", numbers)
        return [pk for (pk,) in cursor.fetchall()]
