"""One row of a worksheet as it was read, and why it could not be."""

from typing import NamedTuple


class RowProblem(NamedTuple):
    """Why a row cannot be read: the place of the cell (None: the whole row), what stands there, the reason."""

    position: int | None
    value: str
    reason: str


class SheetRow(NamedTuple):
    """`number` is the row's place in the worksheet, the first being row 1; blank rows are not given."""

    number: int
    cells: list[str]
    problems: tuple[RowProblem, ...] = ()
