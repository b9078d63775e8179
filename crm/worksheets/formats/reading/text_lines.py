"""A text in runs of lines that an expression matches, and the records between them, read one by one.

It stops where only the careful reader (`text_files`) finds out what is wrong, or where the lines end in another way.
"""

import csv
import re
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import IO, NamedTuple

from crm.worksheets.formats.reading import format_detection, text_files
from crm.worksheets.formats.rows import SheetRow

BLOCK = 1 << 20  # characters
Match = Callable[[str], "re.Match[str] | None"]


class Run(NamedTuple):
    """Lines one after the other, each a record by itself; `number` is the row number of the first."""

    number: int
    lines: list[str]
    matches: "list[re.Match[str]]"


class Irregular(Exception):
    """Lines do not end as they do in nearly every file."""


class TextLines:
    """`number` is that of the last row which was given; `is_stopped`: those after it are left to the careful reader."""

    def __init__(self, file: IO[bytes], form: format_detection.TextFormat, match: Match, *, after: int) -> None:
        self.number = 0
        self.is_stopped = form.has_doubled_ends
        self._file, self._form, self._after = file, form, after
        self._match = match

    def __iter__(self) -> Iterator[Run | SheetRow]:
        """The rows after the head; blank ones are not given."""
        if self.is_stopped:
            return
        csv.field_size_limit(text_files.LONGEST_CELL)
        text = text_files.opened(self._file, self._form.encoding)
        try:
            yield from self._pieces(_Lines(text, self._match))
        except (csv.Error, UnicodeError, Irregular):
            self.is_stopped = True
        finally:
            text.detach()  # the file stays open: it belongs to the caller

    def _pieces(self, lines: "_Lines") -> Iterator[Run | SheetRow]:
        records = csv.reader(lines, delimiter=self._form.delimiter, strict=True)
        while not self.is_stopped and lines.fill():
            is_head = self.number < self._after
            if not is_head and (run := lines.take_run(self.number + 1)):
                self.number += len(run.lines)
                yield run
                continue
            row = SheetRow(self.number + 1, next(records))
            self.number += 1
            if not is_head and "".join(row.cells).strip():
                yield row if self._form.is_clean else text_files.with_bad_bytes_reported(row, self._form.encoding)

    def stop(self) -> None:
        """Gives no more rows: the careful reader goes on after the last one."""
        self.is_stopped = True


class _Lines:
    """The lines of a text, block by block. As an iterator it gives those that a record goes on with, into the next block."""

    def __init__(self, text: TextIOWrapper, match: Match) -> None:
        self._text, self._match = text, match
        self._lines: list[str] = []
        self._matches: list[re.Match[str] | None] = []
        self._at = 0
        self._rest = ""

    def fill(self) -> bool:
        """Reads a block when every line is taken; False at the end."""
        while self._at == len(self._lines):
            read = self._text.read(BLOCK)
            if not read and not self._rest:
                return False
            self._load(self._rest + read, is_last=not read)
        return True

    def _load(self, text: str, *, is_last: bool) -> None:
        end = len(text) if is_last else text.rfind("\n") + 1
        block, self._rest = text[:end], text[end:]
        if len(self._rest) > 4 * BLOCK:
            raise Irregular
        self._lines = block.split("\n")
        if not self._lines[-1]:
            self._lines.pop()
        self._matches, self._at = list(map(self._match, self._lines)), 0

    def take_run(self, number: int) -> Run | None:
        """The matching lines from here on; None if there are none."""
        start = self._at
        try:
            self._at = self._matches.index(None, start)
        except ValueError:
            self._at = len(self._lines)
        if self._at == start:
            return None
        return Run(number, self._lines[start : self._at], self._matches[start : self._at])  # type: ignore[arg-type]  # none is None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.fill():
            raise StopIteration
        line = self._lines[self._at]
        if "\r" in line[:-1]:
            raise Irregular
        self._at += 1
        return f"{line}\n"
