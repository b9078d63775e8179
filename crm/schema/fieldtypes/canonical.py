"""Canonical cells: a field type accepts them, and both databases read them as the very value that it makes of them.

The patterns are strict on purpose: a cell that none matches is read by the type's own converter, which only takes longer.
None of them has a capturing group, and none matches a quote, a backslash, a line break or a tab.
"""

import re
from collections.abc import Iterable

# No quote and no backslash (csv and COPY read them), no asterisk (see `masks`), no entities of web pages; nothing invisible.
PLAIN = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"*\\&']
# Latin letters with their marks; ª, °, º; dashes and the typographic apostrophe.
LETTERS = "\u00aa\u00b0\u00ba\u00c0-\u024f\u2013\u2014\u2019"
# With LEADING, UTF-8 begins where it was read as Windows-1252, and of LETTERS these follow then; such texts are told.
LEADING, FOLLOWING = "\u00c2\u00c3", "\u00aa\u00b0\u00ba\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013\u2014\u2019"
DASHES = "\u2013\u2014"
SAFE_LETTERS = f"\u00aa\u00b0\u00ba\u00c0\u00c1\u00c4-\u024f\u2019{DASHES}"
# Do not begin a cell: guards and errors of formulas, `[null]`, blanks that are trimmed, signs before shortened numbers.
FIRST = set(" '=[#+-")
DIGITS = "0123456789"
# 1,23457E+10 is what a spreadsheet makes of a long code, as 123456789012345000 is, 11987654321.0 what a program does that reads
# it as a number.
NOT_SHORTENED = r"(?![0-9]*(?:[.,][0-9]*)?[Ee][+-]?[0-9]|[0-9]{14}00|[0-9]*+\.0(?![0-9A-Za-z.]))"

DAY = (  # not the first of a calendar
    r"(?!1900-01-01)(?:19|20)[0-9][0-9]"
    r"-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13578]|1[02])-31)"
)
SECOND = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def text(longest: int, *, without: str = "", but: str = "", but_first: str = "") -> str:
    """Texts on one line of at most so many characters, `without` those given, that begin and end with no blank, and none that
    is matched by the expression `but`, which begins with a character of `but_first`.

    The usual alternatives begin with a character, by which the matcher chooses without trying them: a third of the time of a
    line. Texts with one of LEADING, as capitals have them, are the last: what follows it is looked at.
    """
    plain = [character for character in PLAIN if character not in without]
    begins = [character for character in plain if character not in FIRST | set(DIGITS)]
    sure = [character for character in begins if character not in but_first]
    doubtful = set(but_first) & {*begins, *DASHES}
    first, further = _class(sure, SAFE_LETTERS.rstrip(DASHES) if but else SAFE_LETTERS), _class(plain, SAFE_LETTERS)
    rest = rf"[{further}]{{0,{longest - 1}}}+(?<! )"
    is_text = rf"(?=[{_class(begins)}]|[{DIGITS}]{NOT_SHORTENED})(?![{_class(plain)}]{{{longest + 1}}})"
    capitals = rf"{is_text}[{further}]*+(?:[{LEADING}](?![{FOLLOWING}])[{further}]*+)++(?<! )"
    telling = rf"(?!(?:{but})(?:\W|\Z))" if but else ""
    unsure = rf"|{telling}[{_class(sorted(doubtful), '')}]{rest}" if but else ""
    return rf"(?:[{first}]{rest}|[{DIGITS}]{NOT_SHORTENED}{rest}{unsure}|{telling}{capitals})"


def anything(*, without: str = "") -> str:
    """Cells of a column that fills nothing; they may be empty."""
    return f"[{_class(character for character in [*PLAIN, '&'] if character not in without)}]*+"


def words(values: Iterable[str], *, without: str = "") -> str:
    """These very values, as far as each is a canonical text."""
    is_plain = re.compile(text(1_000, without=without)).fullmatch
    return "|".join(re.escape(value) for value in values if is_plain(value))


def _class(characters: Iterable[str], letters: str = LETTERS) -> str:
    return "".join(map(re.escape, characters)) + letters
