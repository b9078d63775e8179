"""A csv file as a stream of rows: encoding, delimiter and header found by looking at its beginning."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 65_536
LONGEST_CELL = 1_000_000
BINARY = (b"MZ", b"PK\x03\x04", b"%PDF", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


@dataclass(frozen=True)
class Format:
    """How the file is written."""

    encoding: str
    delimiter: str


class Row(NamedTuple):
    """`number` is the row's place in the worksheet, the header being row 1; blank rows are not given."""

    number: int
    cells: list[str]


def found_format(file: IO[bytes], *, encoding: str = "", delimiter: str = "") -> Format:
    """The format of a file, except what is stated. Raises UnreadableWorksheet."""
    file.seek(0)
    sample = file.read(SAMPLE)
    _refuse_what_is_no_text(sample)
    encoding = encoding or _encoding(file, sample)
    try:
        text = sample[: len(sample) // 4 * 4].decode(encoding, errors="ignore")
    except LookupError:
        raise UnreadableWorksheet(_("There is no encoding “%s”.") % encoding) from None
    if not text.strip("\ufeff \r\n\t"):
        raise UnreadableWorksheet(_("The file is empty."))
    return Format(encoding, delimiter or _delimiter(text))


def header_of(file: IO[bytes], form: Format) -> list[str]:
    """The names in the first row. Raises UnreadableWorksheet for a repeated or missing header."""
    first = next(_raw_rows(file, form), None)
    names = [name.strip() for name in first[1]] if first else []
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableWorksheet(_("The first row must hold the names of the columns; it is empty."))
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen and name:
            raise UnreadableWorksheet(_("The header “%s” stands twice; each column needs a name of its own.") % name)
        seen.add(name.lower())
    return names


def rows_of(file: IO[bytes], form: Format) -> Iterator[Row]:
    """The rows after the header, as they come. Raises UnreadableWorksheet where the file breaks off."""
    rows = _raw_rows(file, form)
    next(rows, None)
    for number, cells in rows:
        # Mostly the first cell tells; only then is the whole row looked at.
        if cells and (cells[0].strip() or "".join(cells).strip()):
            yield Row(number, cells)


def _raw_rows(file: IO[bytes], form: Format) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=form.encoding, newline="")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=form.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):  # the number is told when reading fails
            yield number, cells
    except UnicodeDecodeError:
        raise UnreadableWorksheet(
            _("After row %(row)s there are bytes that are not %(encoding)s. Save the file as UTF-8, or state its encoding.")
            % {"row": number, "encoding": form.encoding}
        ) from None
    except csv.Error as error:
        raise UnreadableWorksheet(_broken(number, error)) from None
    finally:
        text.detach()  # the file stays open: it belongs to the caller


def _broken(number: int, error: csv.Error) -> str:
    if "unexpected end" in str(error) or "field larger" in str(error):
        return _("After row %s a quote is opened and never closed.") % number
    return _("Row %(row)s cannot be read: %(error)s.") % {"row": number + 1, "error": error}


def _refuse_what_is_no_text(sample: bytes) -> None:
    if not sample:
        raise UnreadableWorksheet(_("The file is empty."))
    if sample.startswith(BINARY):
        raise UnreadableWorksheet(_("This is not a text worksheet (csv). Save it as csv and upload that."))
    if sample.count(0) * 100 > len(sample) and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableWorksheet(_("The file holds NUL characters; it is not a text worksheet (csv)."))


def _encoding(file: IO[bytes], sample: bytes) -> str:
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8" if _is_utf8(file) else "cp1252"


def _is_utf8(file: IO[bytes]) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The delimiter that the first line has most of, outside quotes."""
    line = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
