"""The encodings of text worksheets: their names, and which one a text that is no UTF-8 is written in."""

import codecs
from collections.abc import Iterable
from encodings.aliases import aliases
from functools import cache

from django.utils.translation import gettext as _

from crm.worksheets.formats import letter_evidence

USUAL = ("utf-8", "cp1252", "cp1250", "utf-16", "cp850", "cp860", "cp437", "mac-roman")
NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252", "cp1250": "Windows-1250",
    "cp1251": "Windows-1251", "cp1254": "Windows-1254", "iso8859-1": "ISO-8859-1",
    "cp850": "DOS (CP850)", "cp852": "DOS (CP852)", "cp860": "DOS (CP860)", "cp437": "DOS (CP437)", "mac-roman": "Mac Roman",
}  # fmt: skip
# What Python calls an encoding of texts and no program saves a worksheet in.
NO_FILES = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem", "rot_13"}

OFFERED = 6  # encodings of words that are not clear
SCORED = 65_536  # bytes of lines with such letters are enough


def canonical(encoding: str) -> str:
    """One name for all that people call an encoding. Raises LookupError."""
    return codecs.lookup(encoding).name


def encoding_name(encoding: str) -> str:
    """The name that programs show when they save: the same on pages, in messages and in reports."""
    try:
        name = canonical(encoding)
    except LookupError:
        return encoding
    return NAMES.get(name, name.upper())


def is_unusual(encoding: str) -> bool:
    """Return True for one that was found by its letters, so that somebody had better look whether they are right."""
    return encoding in letter_evidence.CANDIDATES[1:]


@cache
def all_encodings() -> tuple[str, ...]:
    """Everything that can be stated, the usual ones first."""
    found = {name.replace("_", "-") for name in aliases.values() if name not in NO_FILES and _is_of_text(name)}
    named = {canonical(name) for name in found if _is_of_text(name)} - {"utf-8-sig"}
    return (*USUAL, *sorted(named - set(USUAL)))


def likely_encoding(lines: Iterable[bytes]) -> tuple[str, bytes]:
    """In which encoding of one byte a letter these lines make most sense; where that is not certain, some of their words."""
    text: list[bytes] = []
    size = 0
    for line in lines:
        if size < SCORED and not line.isascii():
            text.append(line)
            size += len(line)
    joined = b"".join(text)[:SCORED]
    found = letter_evidence.judged(joined)
    best = letter_evidence.best(found)
    return best, b"" if letter_evidence.is_certain(joined, found, best) else letter_evidence.words_of(joined)


def encoding_question(unclear: str) -> str:
    """For who states it by a command."""
    ways = " · ".join(f"{encoding_name(name)}: “{text}”" for name, text in unclear_readings(unclear))
    return _("In which encoding are the letters written? {ways} (--encoding)").format(ways=ways)


def unclear_readings(unclear: str) -> list[tuple[str, str]]:
    """Encodings and what they make of words that are not clear, a character for each byte."""
    return letter_evidence.readings(unclear.encode("latin-1"))[:OFFERED]


def _is_of_text(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, UnicodeError):
        return False
    return True
