"""Numbers as people and spreadsheets write them: `1.234,50`, `1 234,50`, `R$ 99,90`, `(12,50)`, `5-`."""

import re
from typing import Literal

from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.money import MONEY

# What sets thousands apart (`0.500` has none): the other sign, or a blank (no-break and thin ones as well),
# or an apostrophe as in Switzerland.
GROUPED = {
    ",": re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+)(,[0-9]*)?"),  # noqa: RUF001
    ".": re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+)(\.[0-9]*)?"),  # noqa: RUF001
}
NO_DIGIT = re.compile(r"[^0-9]")
PERCENT = re.compile(r"\s*%\Z")
DASHES = frozenset("-\u2013\u2014")
NO_CENTS = re.compile("(?<=[0-9])([.,])(?:-{1,2}|[\u2013\u2014])\\Z")
IN_BRACKETS = re.compile(r"\(([^()+-]+)\)")
NUMBER_OF_CELL = re.compile(r"[0-9]+\.[0-9]+")
WITH_COMMA = re.compile(r"-?[0-9]+(?:,[0-9]+)?")
SWAPPED = str.maketrans(",.", ".,")
MINUS = "\u2212"  # as typographers write it
# A whole number with three zeros or digits after the decimal sign, as thousands are written where the other sign begins decimals.
LIKE_THOUSANDS = {
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}"),
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}"),
}


def plain_number(cell: str, form: CellFormat, unit: re.Pattern[str] | None = None) -> str:
    """The number as a machine writes it, `-1234.50`, without its `unit`; what is no number of this spelling stays as it is."""
    if form.decimal == "," and WITH_COMMA.fullmatch(cell):  # as nearly all are
        return cell.replace(",", ".")
    sign, text = _sign_apart(plain_signs(cell).replace(MINUS, "-"))
    if unit and (bare := unit.sub("", text, count=1)) != text:
        sign, text = (sign, bare) if sign else _sign_apart(bare)
    if form.is_mixed and NUMBER_OF_CELL.fullmatch(text):
        return sign + text
    if form.reads_groups:
        text = without_groups(text, form.decimal)
    return sign + (text.translate(SWAPPED) if form.decimal == "," else text)  # a point is then no decimal sign


def bare_number(cell: str) -> str:
    """A number without what stands around it, in whichever spelling: no sign, bracket, currency or percent."""
    if cell.isascii() and cell[:1].isdigit() and cell[-1:].isdigit():  # as nearly all are
        return cell
    _sign, text = _sign_apart(plain_signs(cell).replace(MINUS, "-"))
    _sign, text = _sign_apart(PERCENT.sub("", MONEY.sub("", text, count=1)))
    return text


def without_groups(text: str, decimal: Literal[".", ","]) -> str:
    """`1.234,50` as `1234,50`; a text that is not grouped rightly stays as it is."""
    found = GROUPED[decimal].fullmatch(text)
    return f"{found[1]}{NO_DIGIT.sub('', found[2])}{found[3] or ''}" if found else text


def is_like_thousands(text: str, decimal: Literal[".", ","]) -> bool:
    """Return True for `1.000` where the point begins decimals: 1 to a machine, 1000 to most who write so."""
    return LIKE_THOUSANDS[decimal].fullmatch(text) is not None


def _sign_apart(text: str) -> tuple[str, str]:
    """Accountants put the minus after the number, or the number in brackets; `5,-` is 5,00."""
    if text[-1:] in DASHES:
        text = NO_CENTS.sub(r"\g<1>00", text)
    if found := IN_BRACKETS.fullmatch(text):
        return "-", found[1].strip()
    if len(text) > 1 and text[-1] == "-":
        return "-", text[:-1].strip()
    return (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
