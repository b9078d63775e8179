"""Which row names the columns, and how they are named."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.fieldtypes.invisible import INSIDE
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.formula_escaping import unguarded
from crm.worksheets.formats.reading.workbook.book import letters_of
from crm.worksheets.formats.repeated_headers import told_apart
from crm.worksheets.formats.rows import SheetRow

NONE = 0  # no row names them
MOST = 1_000  # columns: more could be neither shown nor staged
LONGEST = 1_000  # characters
# What no column is called: an address, a date, a long or a broken number.
VALUE = re.compile(
    r"\S+@\S+\.\w+|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}.*|[+-]?[0-9]{5,}|[+-]?[0-9]+[.,][0-9]+"
)
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def find_header_row(rows: Sequence[SheetRow]) -> int:
    """The place of the row that seems to name the columns, below a title if there is one; NONE when values begin at once."""
    filled = [(row.number, [cell.strip() for cell in row.cells if cell.strip()]) for row in rows]
    filled = [(number, cells) for number, cells in filled if cells]
    if not filled or rows[0].problems:
        return rows[0].number if rows else 1
    width = max(len(cells) for _number, cells in filled)
    wide = next(((number, cells) for number, cells in filled if len(cells) * 2 > width), filled[0])
    number, cells = wide if not _holds_values(wide[1]) else filled[0]
    return NONE if _holds_values(cells) else number


def header_names(rows: Sequence[SheetRow], header_row: int) -> list[str]:
    """What the row calls the columns; their letters when no row does. Raises UnreadableWorksheet for what names nothing."""
    if header_row == NONE:
        width = max((len(row.cells) for row in rows), default=0)
        _refuse_too_many(width)
        return [letters_of(place) for place in range(width)]
    row = next((row for row in rows if row.number == header_row), None)
    if row:
        _refuse_broken(row)
    found = [_on_one_line(name) for name in unguarded(row.cells)] if row else []
    while found and not found[-1]:
        found.pop()
    if not found:
        raise UnreadableWorksheet(_("Row %s should hold the names of the columns; it is empty.") % header_row)
    _refuse_too_many(len(found))
    _refuse_too_long(found, header_row)
    if not all(name.isprintable() for name in found):
        raise UnreadableWorksheet(_("The names of the columns hold characters that cannot be read."))
    return told_apart(found)


def _refuse_broken(row: SheetRow) -> None:
    """A cell that shows nothing, as a formula without its value, only leaves its column without a name."""
    for problem in row.problems:
        if problem.position is None or row.cells[problem.position]:
            raise UnreadableWorksheet(_("The names of the columns cannot be read. %s") % problem.reason)


def _on_one_line(name: str) -> str:
    """Headers are often broken into lines, and hold what nobody can see."""
    return " ".join(INSIDE.sub("", name).split())


def _holds_values(cells: Sequence[str]) -> bool:
    return any(map(VALUE.fullmatch, cells)) or all(map(NUMBER.fullmatch, cells))


def _refuse_too_many(width: int) -> None:
    if width > MOST:
        raise UnreadableWorksheet(
            _("The worksheet has %(n)s columns; at most %(most)s can be read. Delete those that are not needed.")
            % {"n": local_number(width), "most": local_number(MOST)}
        )


def _refuse_too_long(found: Sequence[str], header_row: int) -> None:
    for place, name in enumerate(found, start=1):
        if len(name) > LONGEST:
            raise UnreadableWorksheet(
                _("The name of column %(place)s has %(n)s characters. Does row %(row)s name the columns?")
                % {"place": place, "n": local_number(len(name)), "row": header_row}
            )
