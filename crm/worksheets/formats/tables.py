"""A table on its way into a file, whatever the file's format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CellKind = Literal["text", "number", "date", "boolean"]
# Some rows as columns of equal length. Cells are the texts that a csv would hold; None or "" is an empty one.
Block = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Table:
    """`kinds` says of each column what a workbook makes of its texts; `at` is the moment that it shows."""

    title: str
    headers: Sequence[str]
    kinds: Sequence[CellKind]
    blocks: Iterable[Block]
    at: datetime
    labels: Sequence[str] = ()  # a second row of names

    @property
    def heads(self) -> list[Sequence[str]]:
        return [self.headers, self.labels] if self.labels else [self.headers]
