"""Text without regard to case as keys are compared: A–Z and the letters of Latin-1, the same on both databases."""

import string

from django.db.backends.base.base import BaseDatabaseWrapper

# Beyond A–Z; each has a small letter in Latin-1 too.
CAPITALS = "".join(map(chr, [*range(0xC0, 0xD7), *range(0xD8, 0xDF)]))
TABLE = str.maketrans(string.ascii_uppercase + CAPITALS, (string.ascii_uppercase + CAPITALS).lower())


def lowered(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(TABLE)


def create_sqlite_function(connection: BaseDatabaseWrapper) -> None:
    """Gives a new SQLite connection the function; PostgreSQL has what it needs."""
    connection.connection.create_function("crm_lower", 1, _lowered_or_null, deterministic=True)


def _lowered_or_null(value: object) -> object:
    return lowered(value) if isinstance(value, str) else value
