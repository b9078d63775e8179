"""The encodings of text worksheets: their names, and which one a text that is no UTF-8 is written in."""

import codecs
from collections.abc import Iterable
from encodings.aliases import aliases
from functools import cache

USUAL = ("utf-8", "cp1252", "utf-16", "cp850", "cp860", "cp437", "mac-roman")
NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252", "iso8859-1": "ISO-8859-1",
    "cp850": "DOS (CP850)", "cp860": "DOS (CP860)", "cp437": "DOS (CP437)", "mac-roman": "Mac Roman",
}  # fmt: skip
# What Python calls an encoding of texts and no program saves a worksheet in.
NO_FILES = {"idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined", "mbcs", "oem", "rot_13"}

CANDIDATES = ("cp1252", "cp850", "cp860", "cp437", "mac-roman")  # the first where another explains the bytes no better
LETTERS = dict.fromkeys("ãõçáéíóúâêôàñüÃÕÇÁÉÍÓÚÂÊÔÀÑÜ", 2) | dict.fromkeys("äëïöèìòùûîßÄËÏÖÈÌÒÙÛÎ", 1)
SIGNS = frozenset("ªº°§¿¡€£´’‘“”–—…®©™·")  # noqa: RUF001
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
    return encoding in CANDIDATES[1:]


@cache
def all_encodings() -> tuple[str, ...]:
    """Everything that can be stated, the usual ones first."""
    found = {name.replace("_", "-") for name in aliases.values() if name not in NO_FILES and _is_of_text(name)}
    named = {canonical(name) for name in found if _is_of_text(name)} - {"utf-8-sig"}
    return (*USUAL, *sorted(named - set(USUAL)))


def likely_encoding(lines: Iterable[bytes]) -> str:
    """In which encoding of one byte a letter these lines make most sense: Windows, DOS or Macintosh."""
    text: list[bytes] = []
    size = 0
    for line in lines:
        if size < SCORED and not line.isascii():
            text.append(line)
            size += len(line)
    joined = b"".join(text)[:SCORED]
    sense = {name: _sense(joined.decode(name, "replace")) for name in CANDIDATES}
    best = max(CANDIDATES, key=sense.__getitem__)  # of equals the first
    return best if sense[best] > 0 else CANDIDATES[0]


def _sense(text: str) -> int:
    """Letters that Western words have, in the case of their neighbours, speak for an encoding; all else against it."""
    padded = f" {text} "
    return sum(_sense_of(padded[at - 1], sign, padded[at + 1]) for at, sign in enumerate(text, 1) if not sign.isascii())


def _sense_of(before: str, sign: str, after: str) -> int:
    if sign in SIGNS:
        return -1 if before.isalpha() and after.isalpha() else 1
    if sign not in LETTERS:
        return -2
    if not (before.isalpha() or after.isalpha()):
        return 0
    is_odd = before.islower() if sign.isupper() else before.isupper() and after.isupper()
    return -1 if is_odd else LETTERS[sign]


def _is_of_text(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, UnicodeError):
        return False
    return True
