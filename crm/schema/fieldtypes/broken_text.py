"""Texts that are no values: errors of a spreadsheet's formulas, letters of other encodings or web pages, words for nothing."""

import re
from html import unescape
from html.entities import html5

# In English, Portuguese and Spanish: #N/A, #REF!, #VALOR!, #NOME?, #¡DIV/0!
FORMULA_ERROR = re.compile(r"#(?:N/[AD]|[¡¿]?[A-ZÚ]{3,6}[!?]|¡?DIV/0!)")
# What people and programs write where there is no value; nobody is called so.
NO_VALUE = (
    r"\\N|NaN|NaT|nan|(?i:[-\u2013\u2014]{1,5}|[<(]null[>)]|undefined"
    r"|n(?:/[adci]|\.[ad]\.|ull|one|il|[aã]o (?:informad[ao]|consta|cadastrad[ao]|possui|tem|se aplica)"
    r"|o aplica|enhuma?|ingun[oa])"
    r"|s(?:/[di]|em (?:cadastro|documento|e-?mail|dados|informa[cç][aã]o)|in (?:datos|documento|correo|informaci[oó]n|registro)))"
)
NO_VALUE_FIRST = "-\u2013\u2014\\<(nNuUsS"  # what these begin with
SAYS_NOTHING = re.compile(NO_VALUE)
NOTHING_IN_COLUMN = re.compile(rf"\n[^\S\n]*+(?=[{re.escape(NO_VALUE_FIRST)}])(?:{NO_VALUE})[^\S\n]*+(?:\n|\Z)")
# What databases keep for no date, MySQL first of all.
ZERO_DATE = re.compile(r"0{1,4}([-/.])0{1,2}\1(?:0{4}|0{1,2})(?:[T ]00?:00(?::00(?:\.0+)?)?Z?)?")
# The first days of their calendars, which they write where there is no date.
FIRST_DATE = re.compile(
    r"(?:1900([-/.])0?1\1(?:0?1)|0?1([-/.])0?1\2(?:1900)|1899([-/.])12\3(?:3[01])|(?:12([-/.])3[01]|3[01]([-/.])12)(?:\4|\5)(?:1899))"
    r"(?:[T ]00?:00(?::00(?:\.0+)?)?Z?)?"
)
# At the end of a cell its semicolon may have been taken for the divider of columns.
ENTITY = re.compile(r"&(#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z][A-Za-z0-9]{1,30})(;|\Z)")
LOST = "\ufffd"  # stands for a byte that could not be read
POINTED = re.compile(r"[0-9]+\.0")
# These begin with what is rare, and look back from there.
POINTED_IN_COLUMN = re.compile(r"\.0(?![0-9A-Za-z.])(?<=[0-9]\.0)")
TRUNCATED = re.compile(r"[1-9][0-9]{14}0{2,}")
TRUNCATED_IN_COLUMN = re.compile(r"00(?<=[0-9]{15}00)")
LONG_CODE = 5  # digits


def is_pointed(text: str, *, is_key: bool) -> bool:
    """Return True for `11987654321.0`, a code that a program read as a number with decimals."""
    return POINTED.fullmatch(text) is not None and (is_key or len(text) >= LONG_CODE + len(".0"))


def is_truncated(text: str) -> bool:
    """Return True for more than fifteen digits that end with zeros: spreadsheets keep no more, and hardly a code ends so."""
    return TRUNCATED.fullmatch(text) is not None


def without_point(text: str) -> str:
    return text.strip().removesuffix(".0") if POINTED.fullmatch(text.strip()) else text


def is_formula_error(text: str) -> bool:
    """Return True for what a spreadsheet shows in place of a formula's result."""
    return text[:1] == "#" and FORMULA_ERROR.fullmatch(text) is not None


def says_nothing(text: str) -> bool:
    """Return True for `N/A`, `-`, `sem cadastro`: a key of several records that have none."""
    return SAYS_NOTHING.fullmatch(text.strip()) is not None


def is_zero_date(text: str) -> bool:
    """Return True for `0000-00-00`, `00/00/0000 00:00`."""
    return ZERO_DATE.fullmatch(text.strip()) is not None


def without_nothing(text: str) -> str:
    """Empty for what is written where there is no value; any other text as it is."""
    return "" if says_nothing(text) or is_zero_date(text) or FIRST_DATE.fullmatch(text.strip()) else text


def is_garbled(text: str) -> bool:
    """Return True for `JosÃ©`, UTF-8 that was read as Windows-1252 and saved so, and for texts that lost a letter."""
    if text.isascii():
        return False
    if LOST in text:
        return True
    try:
        return ("Ã" in text or "Â" in text) and text.encode("cp1252").decode() != text
    except UnicodeError:
        return False


def has_entities(text: str) -> bool:
    """Return True for `Jos&eacute; &amp; Cia`, letters as a web page writes them."""
    return with_letters(text) != text


def with_letters(text: str) -> str:
    """The letters that entities stand for, also where they were written so twice: `&amp;eacute;`."""
    for _again in range(2):
        text = ENTITY.sub(_letter, text)
    return text


def _letter(found: re.Match[str]) -> str:
    name, is_whole = found[1], bool(found[2])
    is_known = name[0] == "#" or (f"{name};" in html5 and (is_whole or len(name) > len("gt")))
    return unescape(f"&{name};") if is_known else found[0]


def may_be_broken(together: str) -> bool:
    """Return False where nothing of a whole column can be, given with a line end before each cell; cheap."""
    if any(pattern.search(together) for pattern in (NOTHING_IN_COLUMN, POINTED_IN_COLUMN, TRUNCATED_IN_COLUMN)):
        return True
    return "#" in together or "&" in together or (not together.isascii() and any(sign in together for sign in ("Ã", "Â", LOST)))
