"""Days that may not be meant: centuries that nobody wrote, people born in the future, years of long ago."""

import re
from datetime import date, datetime

from django.utils import timezone

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import Doubt
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.date_spelling import FIRST_OF_SHORT_YEARS, has_short_year, may_have_short_year, years_from

FIRST_YEAR = 1880  # nobody alive was born before, and few records are of days before
BIRTH = re.compile("birth|nasc|nacim", re.IGNORECASE)
# With these the calendars of spreadsheets and databases begin: they stand where a program had no date.
FIRST_DAYS = frozenset({date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)})
LONG_AGO = re.compile(r"(?<![0-9+])(?:0[0-9]{3}|1[0-7][0-9]{2}|18[0-7][0-9])(?![0-9])")


def is_birth(field: FieldDefinition) -> bool:
    """Return True for days of birth, by the field's name as the built-in `birthDate`: none of them lies in the future."""
    return BIRTH.search(field.name) is not None


def can_be_birth(day: date) -> bool:
    return day.year >= FIRST_YEAR and day <= timezone.localdate()


def born(day: date) -> date:
    """The last day of this two-digit year that was: `21/11/28` is of 1928 until 2028."""
    return day.replace(year=day.year - 100) if day > timezone.localdate() else day


def unborn_years() -> str:
    """A regular expression of this year, of which days are to come, and all after it."""
    return years_from(timezone.localdate().year)


def may_doubt_day(together: str, field: FieldDefinition, form: CellFormat) -> bool:
    """Return False if no cell of a column, given as one text with a line end before each, is in doubt."""
    return (
        (form.dates != "iso" and may_have_short_year(together))
        or "1899" in together
        or "1900" in together
        or LONG_AGO.search(together) is not None
        or (is_birth(field) and re.search(unborn_years(), together) is not None)
    )


def day_doubt(read: date, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
    """Of a cell and the day, or moment, that it is read as."""
    day = read.date() if isinstance(read, datetime) else read
    if day in FIRST_DAYS:
        return "first"
    if has_short_year(cell, form):
        return "past" if day.year < FIRST_OF_SHORT_YEARS else "century"
    if is_birth(field) and day > timezone.localdate():
        return "future"
    return "ancient" if day.year < FIRST_YEAR else ""
