"""Several options of a record with those of a row added to them, or removed from them, as SQL."""

from collections.abc import Sequence
from types import ModuleType

BETWEEN = "\n"  # as the column has it, see the field type
MOST_OPTIONS = 200  # each is a condition, and SQLite's expressions may not be much deeper


def combined(options: Sequence[str], stored: str, staged: str, *, removes: bool, dialect: ModuleType) -> str:
    """In the order of the options; behind them stay those that the field no longer offers. NULL when none is left."""
    literal, has = dialect.literal, dialect.has
    known, others = [], f"COALESCE({stored}, {literal(BETWEEN)})"
    for option in options:
        piece = literal(f"{BETWEEN}{option}{BETWEEN}")
        wanted = (
            f"{has(stored, piece)} AND NOT {has(staged, piece)}" if removes else f"{has(stored, piece)} OR {has(staged, piece)}"
        )
        known.append(f"CASE WHEN {wanted} THEN {literal(option + BETWEEN)} ELSE '' END")
        others = f"replace({others}, {piece}, {literal(BETWEEN)})"
    return f"NULLIF({' || '.join([literal(BETWEEN), *known])} || substr({others}, 2), {literal(BETWEEN)})"
