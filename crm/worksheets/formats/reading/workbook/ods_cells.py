"""What an ods cell says as text."""

import re

from crm.worksheets.formats.reading.workbook import cells
from crm.worksheets.formats.reading.workbook.book import LONGEST_CELL
from crm.worksheets.formats.reading.workbook.markup import Attributes
from crm.worksheets.formats.reading.workbook.refusal_codes import NoValue

ERROR = re.compile(r"#[A-Z0-9/!?]+|Err:[0-9]+")
DURATION = re.compile(r"(-?)PT([0-9]{1,9})H([0-9]{1,9})M([0-9]{1,9})(?:[.,][0-9]*)?S")
MIDNIGHT = re.compile(r"(.{10})T00:00:00(\.0+)?")
FINEST = re.compile(r"(\.[0-9]{6})[0-9]+")  # instants are kept to the microsecond
# Digits that are shown with zeros before them, or with what divides a code: 01310, 01310-100, 000.000.000-00.
CODE = re.compile(r"0[0-9]+|(?=[0-9.]*[-/])[0-9][0-9./-]*")
NUMBERS = frozenset({"float", "percentage", "currency"})


def cell_text(attributes: Attributes, shown: str) -> str:
    """Return the value of a cell that shows this text. Raises NoValue."""
    kind = attributes.get("office:value-type", "")
    is_formula = "table:formula" in attributes
    if attributes.get("calcext:value-type") == "error" or (is_formula and ERROR.fullmatch(shown)):
        raise NoValue(shown[:100], "error")
    if kind in NUMBERS:
        return _number(attributes.get("office:value", ""), shown, kind)
    if kind == "date":
        return _iso(attributes.get("office:date-value", shown))
    if kind == "time":
        return _time(attributes.get("office:time-value", shown))
    if kind == "boolean":
        return attributes.get("office:boolean-value", shown)
    if is_formula and not kind and not shown:
        raise NoValue("", "uncalculated")
    return _text(attributes.get("office:string-value", shown))


def _number(written: str, shown: str, kind: str) -> str:
    try:
        text = cells.percent_text(written) if kind == "percentage" else cells.number_text(written)
    except ValueError:
        raise NoValue(written[:100], "no_number") from None
    is_code = CODE.fullmatch(shown) and text.isdecimal() and re.sub("[./-]", "", shown).lstrip("0") == text.lstrip("0")
    return shown if is_code else text


def _text(text: str) -> str:
    if len(text) > LONGEST_CELL:
        raise NoValue(text[:100], "long")
    return text


def _iso(value: str) -> str:
    midnight = MIDNIGHT.fullmatch(value)
    return midnight[1] if midnight else FINEST.sub(r"\1", value)


def _time(value: str) -> str:
    found = DURATION.fullmatch(value)
    return f"{found[1]}{int(found[2]):02}:{int(found[3]):02}:{int(found[4]):02}" if found else value
