"""Which staged rows are written in one transaction."""

from dataclasses import dataclass

from crm.records.bulk.merge import ABSENT_ROWS, CREATED, UPDATED, Merge
from crm.records.bulk.names import quoted
from crm.records.bulk.statements import rows


@dataclass(frozen=True)
class Batch:
    """Rows as conditions on staged rows s and their outcomes o; `last` is the last row of a chunk."""

    outcomes: str
    staged: str
    last: int | None = None
    swaps_values: bool = False

    @property
    def both(self) -> str:
        """The condition on both tables: else PostgreSQL reads the whole staging table for every chunk."""
        return f"{self.outcomes} AND {self.staged}"

    @property
    def is_of_absent_members(self) -> bool:
        return self.last is not None and self.last > ABSENT_ROWS


def next_chunk(merge: Merge, after: int, size: int) -> Batch | None:
    """The next `size` rows that change something, of the worksheet or, after these, of absent members; None when none is left."""
    last = None
    if merge.replace and after <= ABSENT_ROWS:
        last = _last_row(merge, after, size, f" AND crm_row < {ABSENT_ROWS}")
    last = last or _last_row(merge, after, size)
    if last is None:
        return None
    outcomes, staged = (f"{alias}.crm_row > {int(after)} AND {alias}.crm_row <= {int(last)}" for alias in ("o", "s"))
    return Batch(outcomes, staged, last)


def _last_row(merge: Merge, after: int, size: int, limit: str = "") -> int | None:
    changing = f"crm_row > {int(after)} AND outcome IN ('{CREATED}', '{UPDATED}'){limit}"
    wanted = f"SELECT crm_row FROM {quoted(merge.outcomes)} WHERE {changing} ORDER BY crm_row LIMIT {int(size)}"
    found: int | None = rows(f"SELECT max(crm_row) FROM ({wanted}) rows")[0][0]
    return found


def swap_batch(merge: Merge) -> Batch:
    """Return the rows that exchange unique values, wherever they stand in the worksheet."""
    swaps = quoted(merge.swaps)
    named = f"SELECT crm_row FROM {swaps} UNION SELECT needs FROM {swaps}"
    return Batch(f"o.crm_row IN ({named})", f"s.crm_row IN ({named})", swaps_values=True)
