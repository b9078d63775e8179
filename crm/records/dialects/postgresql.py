"""PostgreSQL: COPY, unlogged tables, jsonb, row locks."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg.copy import QueuedLibpqWriter
from psycopg.sql import Literal

from crm.records.dialects.case_folding import CAPITALS
from crm.records.dialects.protocol import LineForm, Packed
from crm.records.dialects.quoting import escaped, quoted

TABLE = "CREATE UNLOGGED TABLE"
JSON = "jsonb"
ROW_LOCK = " FOR UPDATE"
KEY_LOCK = " FOR KEY SHARE"
HAS_SEQUENCES = True
IN_PROCESS = False
BLOCKS_A_COPY = 50
NULL = "\\N"
# What COPY reads as the end of a value or a row, or as the beginning of an escape.
MARKS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
ESCAPES = str.maketrans(MARKS)
TRUTH = {True: "t", False: "f", None: NULL}


def ascii_lower(expression: str) -> str:
    return f'LOWER(({expression}) COLLATE "C")'


def lower(expression: str) -> str:
    plain = f'LOWER(({expression}) COLLATE "C")'
    return (
        f"CASE WHEN octet_length({expression}) = char_length({expression})"
        f" THEN {plain} ELSE translate({plain}, '{CAPITALS}', '{CAPITALS.lower()}') END"
    )


def boolean(value: bool) -> str:
    return "true" if value else "false"


def pack(block: Sequence[Sequence[object]]) -> bytes:
    """In the text format of COPY, written a block at a time: four times quicker than a row at a time."""
    return ("\n".join(map("\t".join, zip(*map(copy_texts, block), strict=True))) + "\n").encode()


def load(table: str, columns: Sequence[str], packed: Iterator[Packed]) -> Iterator[int]:
    """A thread sends the rows, so that the next block is converted while the database takes this one."""
    count = 0
    for form, blocks in groupby(packed, key=attrgetter("lines")):
        statement = _copy_statement(table, columns, form)
        for first in blocks:
            with connection.cursor() as wrapper:
                cursor = wrapper.cursor  # the driver's own: with DEBUG on, Django's wrapper takes no writer
                with cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as copy:
                    for block in chain([first], islice(blocks, BLOCKS_A_COPY - 1)):
                        copy.write(block.content)
                        count += block.rows
            yield count


def pack_lines(lines: Sequence[str], form: LineForm) -> bytes:
    fixed = "".join(f"{form.delimiter}{_csv_cell(value)}" for _name, value in form.fixed)
    ending = f"{fixed}\n"
    return (ending.join(lines) + ending).replace("\r", "").encode()


def _csv_cell(value: object) -> str:
    """Of a fixed value; no text is empty."""
    return "" if value is None else '"' + str(value).replace('"', '""') + '"'


def _copy_statement(table: str, columns: Sequence[str], form: LineForm | None) -> str:
    if form is None:
        return f"COPY {quoted(table)} ({', '.join(map(quoted, columns))}) FROM STDIN"
    names = ", ".join(map(quoted, form.columns))
    delimiter = "E'\\t'" if form.delimiter == "\t" else f"'{form.delimiter}'"
    return f"COPY {quoted(table)} ({names}) FROM STDIN (FORMAT csv, DELIMITER {delimiter}, FORCE_NULL ({names}))"


def copy_texts(values: Sequence[object]) -> Sequence[str]:
    """The values of one column, all of one type or None, as COPY reads them."""
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, str):
        return _escaped(values)  # type: ignore[arg-type]  # a column holds one type
    if isinstance(sample, bool):
        return [TRUTH[value] for value in values]  # type: ignore[index]
    return [NULL if value is None else str(value) for value in values] if None in values else list(map(str, values))


def _escaped(values: Sequence[str | None]) -> Sequence[str]:
    together = "".join(filter(None, values))
    if not any(mark in together for mark in MARKS):
        return [NULL if value is None else value for value in values] if None in values else values  # type: ignore[return-value]  # no None is left
    return [NULL if value is None else value.translate(ESCAPES) for value in values]


def as_json(expression: str, column: models.Field) -> str:  # noqa: ARG001  # jsonb_build_object knows every type
    return expression


def like_column(expression: str, column: models.Field) -> str:  # noqa: ARG001  # each value has its type
    return expression


def json_of_changed(pairs: Sequence[tuple[str, str, str]]) -> str:
    pieces = (
        f"CASE WHEN {when} THEN jsonb_build_object('{name}', {value}) ELSE '{{}}'::jsonb END" for name, value, when in pairs
    )
    return " || ".join(pieces) or "'{}'::jsonb"


def json_of_all(pairs: Sequence[tuple[str, str]]) -> str:
    """In groups: PostgreSQL takes a hundred arguments."""
    groups = (pairs[start : start + 50] for start in range(0, len(pairs), 50))
    return " || ".join("jsonb_build_object(" + ", ".join(f"'{name}', {value}" for name, value in group) + ")" for group in groups)


def from_json(document: str, name: str, column: models.Field) -> str:
    kind = str(column.db_type(connection))
    if kind == "jsonb":
        return f"NULLIF({document}->'{name}', 'null'::jsonb)"
    text = f"{document}->>'{name}'"
    return f"({text})" if kind.startswith(("varchar", "text")) else f"({text})::{kind}"


def has_key(document: str, name: str) -> str:
    return f"({document} ? '{name}')"


def keys_of(document: str, alias: str) -> str:
    return f"LATERAL jsonb_object_keys({document}) AS {alias}(key)"


def looked_up(table: str, alias: str, condition: str) -> str:
    # OFFSET keeps the planner from rewriting the join by statistics of a table that has just grown.
    return f"CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE {condition} OFFSET 0) {alias}"


def contains(text: str, piece: str) -> str:
    return f"strpos({text}, {piece}) > 0"


def joined_texts(expression: str) -> str:
    return f"string_agg({expression}, ',')"


def empty(table: str) -> str:
    return f"TRUNCATE {table}"


def month(date: str) -> str:
    return f"EXTRACT(MONTH FROM {date})::integer"


def literal(value: object) -> str:
    return escaped(Literal(value).as_string(connection.connection))


def new_ids() -> str:
    """UUIDs that share the statement's clock and random bits and count the rows (RFC 9562, 6.2, method 1).

    Their index grows at its end; a random number for each row took five times as long.
    """
    clock = "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')"
    first = f"(SELECT substr(c, 1, 8) || '-' || substr(c, 9) || '-7' FROM (SELECT {clock} AS c) clock)"
    random = "(SELECT right(gen_random_uuid()::text, 10))"
    counted = (
        "substr(to_hex(4096 + (s.crm_row >> 14 & 4095)), 2)"
        " || '-' || to_hex(32768 + (s.crm_row & 16383)) || '-' || to_hex(16 + (s.crm_row >> 26))"
    )
    return f"({first} || {counted} || {random})"


def hashed(expression: str) -> str:
    """Grouping by a number takes half the time and memory."""
    return f"hashtextextended(({expression})::text, 0)"


def streamed(query: str) -> Iterator[tuple[Any, ...]]:  # Any: whatever the query selects
    """A cursor in the database would do the same, but keep the query on one processor."""
    with connection.cursor() as cursor:
        yield from cursor.stream(query, ())


def with_computed(table: str, alias: str, computed: Sequence[str]) -> str:
    """OFFSET keeps the planner from putting the expressions where they are read; beside the table, processes still share it."""
    return f"{table} AS {alias} CROSS JOIN LATERAL (SELECT {', '.join(computed)} OFFSET 0) AS crm_computed"


def plan_for_many_rows() -> None:
    """Memory to sort and hash a whole worksheet."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")


def analyze(table: str, columns: Sequence[str]) -> str:
    return f"ANALYZE {table} ({', '.join(columns)})"


def tidy(table: str) -> None:
    """Counts after a large write are fast only when the visibility map is fresh."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def random_ids(table: str, *, count: int, of: int) -> list[str]:
    """Of whole pages of the table, as many as hold so many records."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {quoted(table)} TABLESAMPLE SYSTEM (%s)", [min(100.0, 100 * count / max(of, 1))])
        return [pk for (pk,) in cursor.fetchall()]
