"""Canonical cells: a field type accepts them, and both databases read them as the very value that it makes of them.

The patterns are strict on purpose: a cell that none matches is read by the type's own converter, which only takes longer.
None of them has a capturing group, and none matches a quote, a backslash, a line break or a tab.
"""

import re
from collections.abc import Iterable

# No quote and no backslash (csv and COPY read them), no asterisk (see `masks`); nothing invisible.
PLAIN = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"*\\']
# Latin letters with their marks; ª, °, º; dashes and the typographic apostrophe.
LETTERS = "\u00aa\u00b0\u00ba\u00c0-\u024f\u2013\u2014\u2019"
FIRST = set(" '=[#")  # does not begin a cell: guards and errors of formulas, `[null]`, blanks that are trimmed
DIGITS = "0123456789"
NOT_SHORTENED = r"(?![0-9]*(?:[.,][0-9]*)?[Ee][+-]?[0-9])"  # 1,23457E+10 is what a spreadsheet makes of a long code

DAY = r"(?:19|20)[0-9][0-9]-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13578]|1[02])-31)"
SECOND = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def text(longest: int, *, without: str = "") -> str:
    """Texts on one line of at most so many characters, `without` those given, that begin and end with no blank.

    Each alternative begins with a character, by which the matcher chooses without trying it: a third of the time of a line.
    """
    first = _class(character for character in PLAIN if character not in FIRST | set(DIGITS) | set(without))
    further = _class(character for character in PLAIN if character not in without)
    rest = rf"[{further}]{{0,{longest - 1}}}+(?<! )"
    return rf"(?:[{first}]{rest}|[{DIGITS}]{NOT_SHORTENED}{rest})"


def anything(*, without: str = "") -> str:
    """Cells of a column that fills nothing; they may be empty."""
    return f"[{_class(character for character in PLAIN if character not in without)}]*+"


def words(values: Iterable[str], *, without: str = "") -> str:
    """These very values, as far as each is a canonical text."""
    is_plain = re.compile(text(1_000, without=without)).fullmatch
    return "|".join(re.escape(value) for value in values if is_plain(value))


def _class(characters: Iterable[str]) -> str:
    return "".join(map(re.escape, characters)) + LETTERS
