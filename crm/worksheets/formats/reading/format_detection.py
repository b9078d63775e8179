"""Detects by its content what a file is: a workbook or a text, and a text's encoding and delimiter."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.encodings import likely_encoding

DELIMITERS = (",", ";", "\t", "|")
NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}  # a tab is hard to type on a command line
STATED = re.compile(r'sep=([^"\w\s]|\t)')
SAMPLE = 65_536
LINES = 30
BLOCK = 1 << 20
LONGEST_LINE = 64 << 20
BINARY = (b"MZ", b"%PDF", b"\x7fELF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<table", b"<style", b"<meta")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
CONTROL = bytes({*range(9), *range(14, 32)})
BAD_BYTE = re.compile("[\udc80-\udcff]")  # how "surrogateescape" writes a byte that it cannot read


@dataclass(frozen=True)
class TextFormat:
    """How a text is written. `is_clean`: all of it is valid in that encoding; `has_doubled_ends`: lines end in \\r\\r\\n.

    `unclear` are words by whose letters the encoding was guessed without certainty, a character for each byte.
    """

    encoding: str
    delimiter: str
    is_clean: bool = True
    has_doubled_ends: bool = False
    unclear: str = ""


def is_workbook(file: IO[bytes]) -> bool:
    """Raises UnreadableWorksheet for an empty file, and for what is neither a workbook nor text."""
    file.seek(0)
    start = file.read(8)
    if not start:
        raise UnreadableWorksheet(_("The file is empty."))
    if start.startswith(BINARY):
        raise UnreadableWorksheet(_("This is neither a workbook (xlsx, xls, ods) nor a text worksheet (csv)."))
    return start.startswith(WORKBOOKS)


def detect_text(file: IO[bytes], *, encoding: str = "", delimiter: str = "") -> TextFormat:
    """How a text is written, except what is stated. Raises UnreadableWorksheet."""
    file.seek(0)
    sample = file.read(SAMPLE)
    _refuse_markup(sample)
    _refuse_endless_line(file)
    if not encoding:
        _refuse_control_characters(sample)
    encoding, is_clean, unclear = (encoding, False, b"") if encoding else detect_encoding(file, sample)
    try:
        text = sample[: len(sample) // 4 * 4 if len(sample) == SAMPLE else None].decode(encoding, errors="ignore")
    except LookupError:
        raise UnreadableWorksheet(_("There is no encoding “%s”.") % encoding) from None
    if not text.strip("\ufeff \r\n\t"):
        raise UnreadableWorksheet(_("The file is empty."))
    delimiter = parse_delimiter(delimiter) if delimiter else detect_delimiter(text)
    has_doubled_ends = 2 * text.count("\r\r\n") > text.count("\n")
    return TextFormat(encoding, delimiter, is_clean, has_doubled_ends, unclear.decode("latin-1"))


def _refuse_markup(sample: bytes) -> None:
    """Web pages and XML are often named as workbooks, and csv would make nonsense of them."""
    start = sample.removeprefix(UTF8_MARK).lstrip()[:200].lower()
    if start.startswith(MARKUP):
        raise UnreadableWorksheet(
            _("This is a web page or XML, not a worksheet. Open it in a spreadsheet, save it as xlsx or csv.")
        )


def _refuse_endless_line(file: IO[bytes]) -> None:
    """A line is read into memory as a whole."""
    file.seek(0)
    length = 0
    while block := file.read(BLOCK):
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        length = len(block) - last if last >= 0 else length + len(block)
        if length > LONGEST_LINE:
            raise UnreadableWorksheet(
                _("A line of the file is longer than %s MB; it is not a text worksheet (csv).") % (LONGEST_LINE >> 20)
            )


def _refuse_control_characters(sample: bytes) -> None:
    """Raises UnreadableWorksheet for many. A few NUL characters are left to the cells that hold them."""
    strange = len(sample) - len(sample.translate(None, CONTROL))
    if strange > 3 and strange * 12 > len(sample) and not _unmarked_utf16(sample) and not sample.startswith(UTF16):
        raise UnreadableWorksheet(
            _("The file is full of control characters; it is neither a workbook nor a text worksheet (csv).")
        )


def _unmarked_utf16(sample: bytes) -> str:
    """The encoding of a text of mostly Western letters whose every other byte is NUL; "" when it is none."""
    half = len(sample) // 2
    for name, here, there in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if half and sample[here::2].count(0) * 2 > half and not sample[there::2].count(0):
            return name
    return ""


def detect_encoding(file: IO[bytes], sample: bytes) -> tuple[str, bool, bytes]:
    """The encoding, True if the whole file is valid in it, and words of which it is not certain."""
    if sample.startswith(UTF16):
        return "utf-16", True, b""
    if unmarked := _unmarked_utf16(sample):
        return unmarked, True, b""
    good, bad = _letters(file)
    name = "utf-8-sig" if sample.startswith(UTF8_MARK) else "utf-8"
    if not bad:
        return name, True, b""
    # Letters of Windows-1252 hardly ever make valid UTF-8 by chance: where some do, the other bytes are mistakes.
    if good >= bad:
        return name, False, b""
    file.seek(0)
    likely, unclear = likely_encoding(file)
    return likely, False, unclear


def detect_delimiter(text: str) -> str:
    """The delimiter that divides most rows alike; Excel may state it in a line of its own."""
    lines = text.lstrip("\ufeff").splitlines()[:LINES]
    if stated := STATED.fullmatch(lines[0] if lines else ""):
        return stated[1]
    return max(DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How many rows have the most common width above one, and that width."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
    except csv.Error:
        return 0, 0
    width, count = max(widths.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return count, width


def parse_delimiter(text: str) -> str:
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
