"""Dates and times as people, spreadsheets and databases write them, made ISO: `21/11/61`, `12/31/2023 11:59 PM`, `… UTC`."""

import re
from datetime import date

from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.month_names import month_of

REST = r"(?:,?([ T].*))?"
LOCAL = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){REST}", re.ASCII | re.DOTALL)
YEAR_FIRST = re.compile(rf"([0-9]{{4}})([/.-])([0-9]{{1,2}})\2([0-9]{{1,2}}){REST}", re.ASCII | re.DOTALL)
NAME = r"([^\W\d_]{3,10})\.?"
NAMED = re.compile(
    rf"([0-9]{{1,2}})º?(?:\s+de\s+|[\s/.-]+){NAME}(?:\s+del?\s+|[\s/.,-]+)([0-9]{{4}}|[0-9]{{2}}){REST}", re.DOTALL
)
NAME_FIRST = re.compile(rf"{NAME}\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}}|[0-9]{{2}}){REST}", re.DOTALL)
SHORT_YEAR = re.compile(
    r"\n[^\n0-9]*[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}(?![0-9])"
    r"|[^\W\d_]\.?[\s/.,-]+(?:del?\s+)?(?:[0-9]{1,2}(?:[a-z]{2})?,?\s+)?[0-9]{2}(?![0-9:])"
)
LAST_SHORT_YEAR = 29  # of this century, as Excel and LibreOffice read them: 1930 to 2029
FIRST_OF_SHORT_YEARS = 1930
GAP = r"[\s\u00a0\u202f]?"
HALF = rf"(?:{GAP}([AaPp])\.?{GAP}[Mm]\.?)"  # AM and PM, also a. m.
CLOCK = re.compile(rf"([0-9]{{1,2}}):([0-9]{{2}})(:[0-9]{{2}}(?:[.,][0-9]+)?)?{HALF}?(.*)", re.ASCII | re.DOTALL)
# `14h30`, `às 12:30`, `a las 9:05`. Hours alone, `9h`, may be a duration.
SPOKEN = re.compile(r"(?:(?:às|as|a las)\s+)?([0-9]{1,2})(?::|\s?h\s?)([0-9]{2})(?:\s?(?:min|m|h|hs))?", re.ASCII | re.IGNORECASE)
# `3 pm`: the half of the day says that it is a time.
HOUR_ALONE = re.compile(rf"([0-9]{{1,2}}){HALF}", re.ASCII)
HOURS = re.compile(r"(?:UTC|GMT)?([+-][0-9]{2})(?::?([0-9]{2}))?", re.ASCII)
ZERO_ZONES = {"Z", "UTC", "GMT", "+0000 UTC", "+00:00 UTC", "+00:00[UTC]"}


def iso_date(cell: str, form: CellFormat) -> str:
    """`31/12/2020 10:00`, `31 de dez. de 2020` as ISO text where their order is known; else the cell."""
    text = plain_signs(cell)
    if not (found := _parts(text, form)):
        return text
    year, month, day, rest = found
    return f"{full_year(year)}-{int(month):02}-{int(day):02}{rest}"


def _parts(text: str, form: CellFormat) -> tuple[str, str, str, str] | None:
    """Year, month, day and what follows them."""
    if found := YEAR_FIRST.fullmatch(text):  # nobody writes the month last behind a year
        return found[1], found[3], found[4], found[5] or ""
    if found := LOCAL.fullmatch(text):
        month, day = (found[3], found[1]) if form.dates == "dmy" else (found[1], found[3])
        return None if form.dates == "iso" else (found[4], month, day, found[5] or "")
    return _named_parts(text, form)


def _named_parts(text: str, form: CellFormat) -> tuple[str, str, str, str] | None:
    """A century that a machine leaves out is nobody's guess."""
    if found := NAMED.fullmatch(text):
        day, name, year, rest = found.groups()
    elif found := NAME_FIRST.fullmatch(text):
        name, day, year, rest = found.groups()
    else:
        return None
    month = month_of(name)
    return (year, month, day, rest or "") if month and (len(year) == 4 or form.dates != "iso") else None


def may_have_short_year(together: str) -> bool:
    """Return False if no cell of a column, given as one text with a line end before each, has such a date."""
    return SHORT_YEAR.search(together) is not None


def has_short_year(cell: str, form: CellFormat) -> bool:
    """Return True for a date whose century is not written."""
    found = _parts(plain_signs(cell), CellFormat("mdy") if form.dates == "iso" else form)
    return found is not None and len(found[0]) == 2


def years_from(year: int) -> str:
    """A regular expression of this year of four digits and all after it."""
    digits = f"{year:04}"
    later = [f"{digits[:i]}[{int(one) + 1}-9]{'[0-9]' * (3 - i)}" for i, one in enumerate(digits) if one != "9"]
    return "(?:" + "|".join([digits, *later]) + ")"


def iso_clock(text: str) -> str:
    """`3:10 pm` as `15:10`, and zones as ISO has them; what is no time stays as it is."""
    if spoken := SPOKEN.fullmatch(text):
        return f"{int(spoken[1]):02}:{spoken[2]}"
    if alone := HOUR_ALONE.fullmatch(text):
        text = f"{alone[1]}:00 {alone[2]}m"
    found = CLOCK.fullmatch(text)
    if not found:
        return text
    hour, minute, seconds, half, zone = found.groups()
    if half:
        if not 1 <= int(hour) <= 12:
            return text
        hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
    return f"{int(hour):02}:{minute}{seconds or ''}{_zone(zone.strip())}"


def iso_moment(cell: str, form: CellFormat) -> str:
    """Date, time and zone as ISO text, `2023-12-31T23:59:00+00:00`."""
    day, blank, rest = _date_apart(iso_date(cell, form))
    return f"{day}T{iso_clock(rest.strip())}" if blank else day


def written_day(day: date, form: CellFormat) -> str:
    """In the order in which dates are read."""
    return f"{day:%d/%m/%Y}" if form.dates == "dmy" else f"{day:%m/%d/%Y}" if form.dates == "mdy" else day.isoformat()


def date_example(form: CellFormat) -> str:
    """The last day of 2026 in the order in which dates are read."""
    return {"dmy": "31/12/2026", "mdy": "12/31/2026"}.get(form.dates, "2026-12-31")


def _date_apart(text: str) -> tuple[str, str, str]:
    return (text[:10], text[10], text[11:]) if text[10:11] in (" ", "T") else (text, "", "")


def full_year(year: str) -> str:
    return year if len(year) == 4 else f"{20 if int(year) <= LAST_SHORT_YEAR else 19}{year}"


def _zone(written: str) -> str:
    if written.upper() in ZERO_ZONES:
        return "+00:00"
    found = HOURS.fullmatch(written)
    return f"{found[1]}:{found[2] or '00'}" if found else written
