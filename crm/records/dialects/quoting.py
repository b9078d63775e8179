"""Names and texts within statements."""

from django.db import connection


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def escaped(text: str) -> str:
    """Text within a statement that is executed with parameters."""
    return text.replace("%", "%%")
