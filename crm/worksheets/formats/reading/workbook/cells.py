"""Numeric cells as text: without floating-point noise, dates in ISO format, with the zeros that the cell's format shows."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from crm.worksheets.formats.reading.workbook.refusal_codes import NoValue

Kind = Literal["number", "percent", "date", "datetime", "time", "duration", "zeros"]

DAY = 86_400_000  # milliseconds
# Excel took 1900 for a leap year: its day 60 is 29 February 1900, and days count from 30 December 1899 only after that.
AFTER_LEAP_DAY = date(1899, 12, 30).toordinal()
BEFORE_LEAP_DAY = date(1899, 12, 31).toordinal()
LEAP_DAY = 60
FIRST_OF_1904 = date(1904, 1, 1).toordinal()
WHOLE = re.compile(r"-?[0-9]+")

# What a format code holds besides its tokens: quoted and escaped text, blanks of a width, fillers, colours and conditions.
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
FRACTION = re.compile(r"(?<=s)[.,]0+")  # of a second
DIGITS = re.compile(r"[0#?]")
# A code such as 00000-000: nothing but zeros and what stands between them.
ZEROS = re.compile(r'(?:0|"[^"]*"|\\.|[-/() ])+')
PIECE = re.compile(r'0|"([^"]*)"|\\(.)|([-/() ])')

# Formats that files name by number alone (ECMA-376, 18.8.30).
BUILT_IN: dict[int, Kind] = {
    **dict.fromkeys([9, 10], "percent"),
    **dict.fromkeys([14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58], "date"),
    **dict.fromkeys([18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56], "time"),
    22: "datetime",
    46: "duration",
}  # fmt: skip


@dataclass(frozen=True)
class NumberFormat:
    """How a number is shown; `code` only where it matters, which is for zeros."""

    kind: Kind = "number"
    code: str = ""

    @property
    def is_plain(self) -> bool:
        return self.kind == "number"


PLAIN = NumberFormat()


@cache
def format_of(number: int, code: str = "") -> NumberFormat:
    """Return the format of a number in the table of formats, or of its own code."""
    return format_of_code(code) if code else NumberFormat(BUILT_IN.get(number, "number"))


def format_of_code(code: str) -> NumberFormat:
    first = code.partition(";")[0]
    if ZEROS.fullmatch(first) and PIECE.sub(lambda piece: "0" if piece[0] == "0" else "", first).startswith("00"):
        return NumberFormat("zeros", first)
    tokens = FRACTION.sub("", BRACKETS.sub("", QUOTED.sub("", first)).lower())
    if tokens == "general" or DIGITS.search(tokens):
        return NumberFormat("percent") if "%" in tokens else PLAIN
    if ELAPSED.search(tokens):
        return NumberFormat("duration")
    has_time = "h" in tokens or "s" in tokens
    has_day = "d" in tokens or "y" in tokens or ("m" in tokens and not has_time)
    if has_day:
        return NumberFormat("datetime" if has_time else "date")
    return NumberFormat("time") if has_time else PLAIN


def number_text(written: str) -> str:
    """Return a number as a file writes it, without the digits that only its float has (Excel shows 15)."""
    if WHOLE.fullmatch(written):
        return written.removeprefix("-") if written == "-0" else written
    text = format(float(written), ".15g")
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(written: str) -> str:
    """Return a share as the cell shows it and as a text worksheet holds it: 0.085 as 8.5%."""
    return number_text(format(Decimal(number_text(written)) * 100, "f")) + "%"


@lru_cache(maxsize=10_000)
def shown(written: str, form: NumberFormat, *, is_1904: bool) -> str:
    """The text of a number under its format. Raises NoValue for an impossible date, ValueError for what is not a number."""
    match form.kind:
        case "number":
            return number_text(written)
        case "percent":
            return percent_text(written)
        case "zeros":
            return _with_zeros(number_text(written), form.code)
        case "duration":
            return _duration(float(written))
    return _moment(float(written), form.kind, is_1904=is_1904)


def _with_zeros(text: str, code: str) -> str:
    if not text.isdigit():
        return text
    pieces = list(PIECE.finditer(code))
    places = sum(piece[0] == "0" for piece in pieces)
    digits = iter(text.zfill(places))
    more = "".join(next(digits) for _ in range(len(text) - places))
    return more + "".join(next(digits) if piece[0] == "0" else "".join(filter(None, piece.groups())) for piece in pieces)


def _duration(serial: float) -> str:
    seconds = round(abs(serial) * 86_400)
    sign = "-" if serial < 0 and seconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _moment(serial: float, kind: Kind, *, is_1904: bool) -> str:
    try:
        days, milliseconds = divmod(round(serial * DAY), DAY)
    except (OverflowError, ValueError):  # infinite, or not a number
        raise NoValue(str(serial), "no_day") from None
    if kind == "time" and days == 0:
        return _time(milliseconds)
    day = _day(days, is_1904=is_1904)
    return f"{day}T{_time(milliseconds)}" if milliseconds or kind != "date" else day


def _day(days: int, *, is_1904: bool) -> str:
    if is_1904:
        first, is_day = FIRST_OF_1904, days >= 0
    else:
        first, is_day = (AFTER_LEAP_DAY if days > LEAP_DAY else BEFORE_LEAP_DAY), days > 0
    if days == LEAP_DAY and not is_1904:
        raise NoValue("1900-02-29", "no_day")
    if not is_day or first + days > date.max.toordinal():
        raise NoValue(str(days), "no_day")
    return date.fromordinal(first + days).isoformat()


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}" if rest else text
