"""Functions of the databases: `crm_fold(text)`, the fold table, and on SQLite `crm_bucket(id, buckets)`."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from crm.rules.bucket_numbers import bucket_of
from crm.rules.folding import BLOCKS, fold, folded_characters

# Acute, tilde, circumflex, cedilla, grave, diaeresis: what most texts with accents have and nothing else.
COMMON_MARKS = "\u0301\u0303\u0302\u0327\u0300\u0308"

# Not STRICT: PostgreSQL inlines no strict function whose body has a CASE. Null gives null all the same.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION crm_fold_letters(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    folded text := {ascii_of_marked};
BEGIN
    IF octet_length(folded) = char_length(folded) THEN RETURN folded; END IF;
    folded := lower(value COLLATE "C");
    {blocks}
    RETURN folded;
END
$body$;

CREATE OR REPLACE FUNCTION crm_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(value) = char_length(value) THEN {ascii} ELSE crm_fold_letters(value) END;
"""


def create_sqlite_function(connection: BaseDatabaseWrapper) -> None:
    """Gives a new SQLite connection the function; PostgreSQL has it from a migration."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("crm_fold", 1, _fold_or_null, deterministic=True)
        connection.connection.create_function("crm_bucket", 2, bucket_of, deterministic=True)


def on_connection_created(connection: BaseDatabaseWrapper, **_signal: Any) -> None:  # Any: arguments of the signal
    create_sqlite_function(connection)


def postgresql_function() -> str:
    """The statements that make or replace the function on PostgreSQL 15 or newer, with UTF-8.

    `translate` looks for each character in all of its list, ten times slower than removing the common marks. Both agree:
    where the latter leaves only ASCII, there was nothing but ASCII and those marks.
    """
    without = reduce(lambda text, mark: f"replace({text}, '{mark}', '')", COMMON_MARKS, "normalize(value, NFD)")
    steps = "\n    ".join(map(_step, BLOCKS))
    return POSTGRESQL.format(ascii_of_marked=_ascii(without), ascii=_ascii("value"), blocks=steps)


def drop_postgresql_function() -> str:
    return "DROP FUNCTION IF EXISTS crm_fold(text); DROP FUNCTION IF EXISTS crm_fold_letters(text);"


def _ascii(text: str) -> str:
    """Folds a text that is ASCII."""
    return f"""replace(lower({text} COLLATE "C"), '`', '''')"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _fold_or_null(value: str | None) -> str | None:
    return None if value is None else fold(value)


def _step(block: range) -> str:
    """Folds the characters of a block, where the text has any."""
    calls = [_translate(block), *_replacements(block)]
    body = " ".join(f"folded := {call};" for call in calls)
    return f"IF folded ~ '[{chr(block[0])}-{chr(block[-1])}]' THEN {body} END IF;"


def _translate(block: range) -> str:
    """A call that folds the characters of a block that become one character, or none: those stand last."""
    pairs = sorted((pair for pair in folded_characters(block) if len(pair[1]) < 2), key=lambda pair: pair[1] == "")
    old, new = "".join(old for old, _new in pairs), "".join(new for _old, new in pairs)
    return f"translate(folded, {_quoted(old)}, {_quoted(new)})"


def _replacements(block: range) -> Iterator[str]:
    """A call for each character of a block that becomes several."""
    return (f"replace(folded, {_quoted(old)}, {_quoted(new)})" for old, new in folded_characters(block) if len(new) > 1)
