"""Several options of a record with those of a row added to them, or removed from them, as SQL."""

from collections.abc import Sequence

from crm.records.dialects import dialect

SEPARATOR = "\n"  # before, between and behind the options, as the field type stores them
MOST_OPTIONS = 200  # each is a condition, and SQLite's expressions may not be much deeper


def combined(options: Sequence[str], stored: str, staged: str, *, removes: bool) -> str:
    """In the order of the options, followed by those that the field no longer offers. NULL when none is left."""
    literal, contains = dialect().literal, dialect().contains
    known, others = [], f"COALESCE({stored}, {literal(SEPARATOR)})"
    for option in options:
        piece = literal(f"{SEPARATOR}{option}{SEPARATOR}")
        staged_too = f"AND NOT {contains(staged, piece)}" if removes else f"OR {contains(staged, piece)}"
        known.append(f"CASE WHEN {contains(stored, piece)} {staged_too} THEN {literal(option + SEPARATOR)} ELSE '' END")
        others = f"replace({others}, {piece}, {literal(SEPARATOR)})"
    return f"NULLIF({' || '.join([literal(SEPARATOR), *known])} || substr({others}, 2), {literal(SEPARATOR)})"
