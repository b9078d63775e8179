"""Goes on reading after a row whose quotes are broken: that row is reported, and none after it is lost."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.rows import RowProblem, SheetRow

MOST_BROKEN = 1_000


class Lines:
    """Lines of text that can be given back as far as the beginning of the row that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.of_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.of_row.append(line)
        return line

    def next_row(self) -> None:
        self.of_row.clear()

    def drop_one(self) -> str:
        """Drops the first line of the row; those after it will be read again."""
        broken, *rest = self.of_row
        self.lines = chain(rest, self.lines)
        self.next_row()
        return broken


def rows(text: Iterable[str], delimiter: str) -> Iterator[SheetRow]:
    """All rows, a broken one with its problem. Raises UnreadableWorksheet when there are too many of them."""
    lines = Lines(text)
    number = 0
    for _broken in range(MOST_BROKEN + 1):
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                number += 1
                yield SheetRow(number, cells)
                lines.next_row()
            return
        except csv.Error as error:
            line = lines.drop_one().rstrip("\r\n")
            number += 1
            yield SheetRow(number, [line], (RowProblem(None, line[:200], _reason(error)),))
    raise UnreadableWorksheet(_("Too many rows have broken quotes; the first ones come before row %s.") % number)


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return _("A quote is opened here and never closed.")
    if "field larger" in str(error):
        return _("A cell holds more than %s characters, or a quote is never closed.") % local_number(csv.field_size_limit())
    return _("The quotes of this row do not fit: %s.") % error
