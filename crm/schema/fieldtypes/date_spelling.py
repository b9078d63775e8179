"""Dates and times as people, spreadsheets and databases write them, made ISO: `21/11/61`, `12/31/2023 11:59 PM`, `… UTC`."""

import re

from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.invisible import plain_signs

LOCAL = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:,?([ T].*))?", re.ASCII | re.DOTALL)
SHORT_YEAR = re.compile(r"\n[^\n0-9]*[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}(?![0-9])", re.ASCII)
LAST_SHORT_YEAR = 29  # of this century, as Excel and LibreOffice read them: 1930 to 2029
GAP = r"[\s\u00a0\u202f]?"
HALF = rf"(?:{GAP}([AaPp])\.?{GAP}[Mm]\.?)"  # AM and PM, also a. m.
CLOCK = re.compile(rf"([0-9]{{1,2}}):([0-9]{{2}})(:[0-9]{{2}}(?:[.,][0-9]+)?)?{HALF}?(.*)", re.ASCII | re.DOTALL)
# `14h30`, `às 12:30`, `a las 9:05`. Hours alone, `9h`, may be a duration.
SPOKEN = re.compile(r"(?:(?:às|as|a las)\s+)?([0-9]{1,2})(?::|\s?h\s?)([0-9]{2})(?:\s?(?:min|m|h|hs))?", re.ASCII | re.IGNORECASE)
HOURS = re.compile(r"([+-][0-9]{2})(?::?([0-9]{2}))?", re.ASCII)
ZERO_ZONES = {"Z", "UTC", "GMT"}


def iso_date(cell: str, form: CellFormat) -> str:
    """`31/12/2020 10:00` as ISO text where dates are written in an order of their own; else the cell."""
    text = plain_signs(cell)
    found = LOCAL.fullmatch(text) if form.dates != "iso" else None
    if not found:
        return text
    first, _sign, second, year, rest = found.groups()
    day, month = (first, second) if form.dates == "dmy" else (second, first)
    return f"{full_year(year)}-{int(month):02}-{int(day):02}{rest or ''}"


def may_have_short_year(together: str) -> bool:
    """Return False if no cell of a column, given as one text with a line end before each, has such a date."""
    return SHORT_YEAR.search(together) is not None


def has_short_year(cell: str) -> bool:
    """Return True for a date whose century is not written."""
    found = LOCAL.fullmatch(plain_signs(cell))
    return found is not None and len(found[4]) == 2


def iso_clock(text: str) -> str:
    """`3:10 pm` as `15:10`, and zones as ISO has them; what is no time stays as it is."""
    if spoken := SPOKEN.fullmatch(text):
        return f"{int(spoken[1]):02}:{spoken[2]}"
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
    date, blank, rest = _date_apart(iso_date(cell, form))
    return f"{date}T{iso_clock(rest.strip())}" if blank else date


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
