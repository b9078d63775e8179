"""The interface of all kinds of workbooks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 1_000_000  # characters


class BookRow(NamedTuple):
    """One row with its place in the sheet, the first being 1; rows without a cell are not given."""

    number: int
    cells: list[str]
    flaws: list[Flaw]


@dataclass(frozen=True)
class BookSheet:
    """`rows` as the file itself says; None when it does not. `part` is where the reader finds it."""

    name: str
    part: str
    rows: int | None = None
    is_hidden: bool = False


@dataclass
class BookNotes:
    """Remarks to be shown; complete when the last row was read."""

    hidden_rows: int = 0
    merged: int = 0
    formulas: int = 0


class Book(Protocol):
    """An opened workbook. Any method raises Refused if the file turns out not to be one."""

    kind: ClassVar[str]
    sheets: list[BookSheet]
    noticed: BookNotes

    def lines(self, sheet: BookSheet) -> Iterator[BookRow]: ...


@dataclass
class BaseBook:
    sheets: list[BookSheet] = field(default_factory=list)
    noticed: BookNotes = field(default_factory=BookNotes)


def letters_of(place: int) -> str:
    """A, B … Z, AA …, as spreadsheets call their columns."""
    text = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        text = chr(65 + letter) + text
        place -= 1
    return text
