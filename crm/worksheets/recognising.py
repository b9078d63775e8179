"""What a file is, told by its content: text or not, its encoding, its delimiter."""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet

DELIMITERS = (",", ";", "\t", "|")
NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}  # a tab is hard to type on a command line
BLOCK = 1 << 20
BINARY = (b"MZ", b"PK\x03\x04", b"%PDF", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
CONTROL = bytes({*range(9), *range(14, 32)})
BAD_BYTE = re.compile("[\udc80-\udcff]")  # how "surrogateescape" writes a byte that it cannot read


def refuse_what_is_no_text(sample: bytes) -> None:
    """Raises UnreadableWorksheet."""
    if not sample:
        raise UnreadableWorksheet(_("The file is empty."))
    if sample.startswith(BINARY):
        raise UnreadableWorksheet(_("This is not a text worksheet (csv). Save it as csv and upload that."))


def refuse_control_characters(sample: bytes) -> None:
    """Raises UnreadableWorksheet for many. A few NUL characters are left to the cells that hold them."""
    strange = len(sample) - len(sample.translate(None, CONTROL))
    if strange > 3 and strange * 12 > len(sample) and not sample.startswith(UTF16):
        raise UnreadableWorksheet(_("The file is full of control characters; it is not a text worksheet (csv)."))


def found_encoding(file: IO[bytes], sample: bytes) -> tuple[str, bool]:
    """The encoding, and whether the whole file was seen to be in it."""
    if sample.startswith(UTF16):
        return "utf-16", True
    good, bad = _letters(file)
    name = "utf-8-sig" if sample.startswith(UTF8_MARK) else "utf-8"
    if not bad:
        return name, True
    # Letters of Windows-1252 hardly ever make valid UTF-8 by chance: where some do, the other bytes are mistakes.
    return (name if good >= bad else "cp1252"), False


def found_delimiter(text: str) -> str:
    """The delimiter that the first line has most of, outside quotes."""
    line = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def stated_delimiter(text: str) -> str:
    """Raises UnreadableWorksheet for what cannot divide columns."""
    delimiter = NAMED_DELIMITERS.get(text, text)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UnreadableWorksheet(_("“%s” cannot divide columns: a delimiter is one character.") % text)
    return delimiter


def _letters(file: IO[bytes]) -> tuple[int, int]:
    """How many letters beyond ASCII are valid UTF-8, and how many bytes are not."""
    good = bad = 0
    for text in _decoded(file):
        if not text.isascii():
            wrong = len(BAD_BYTE.findall(text))
            bad += wrong
            good += len(text) - len(text.encode("ascii", "ignore")) - wrong
    return good, bad


def _decoded(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while block := file.read(BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)
