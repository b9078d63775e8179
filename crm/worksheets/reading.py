"""A csv file as a stream of rows: encoding, delimiter and header found by looking at its beginning."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from crm.worksheets import mending, recognising
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.guarding import unguarded
from crm.worksheets.rows import Problem, Row

__all__ = ["Format", "Row", "found_format", "has_more_lines_than", "header_of", "rows_of"]

SAMPLE = 65_536
LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Format:
    """How the file is written; `is_clean`: all of it was seen to be in that encoding."""

    encoding: str
    delimiter: str
    is_clean: bool = True


def found_format(file: IO[bytes], *, encoding: str = "", delimiter: str = "") -> Format:
    """The format of a file, except what is stated. Raises UnreadableWorksheet."""
    file.seek(0)
    sample = file.read(SAMPLE)
    recognising.refuse_what_is_no_text(sample)
    if not encoding:
        recognising.refuse_control_characters(sample)
    encoding, is_clean = (encoding, False) if encoding else recognising.found_encoding(file, sample)
    try:
        text = sample[: len(sample) // 4 * 4].decode(encoding, errors="ignore")
    except LookupError:
        raise UnreadableWorksheet(_("There is no encoding “%s”.") % encoding) from None
    if not text.strip("\ufeff \r\n\t"):
        raise UnreadableWorksheet(_("The file is empty."))
    delimiter = recognising.stated_delimiter(delimiter) if delimiter else recognising.found_delimiter(text)
    return Format(encoding, delimiter, is_clean)


def header_of(file: IO[bytes], form: Format) -> list[str]:
    """The names in the first row. Raises UnreadableWorksheet for a repeated, missing or broken header."""
    first = next(_raw_rows(file, form), None)
    if first and first.problem:
        raise UnreadableWorksheet(_("The names of the columns cannot be read: a quote is opened and never closed."))
    names = [name.strip() for name in unguarded(first.cells)] if first else []
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableWorksheet(_("The first row must hold the names of the columns; it is empty."))
    if not all(name.isprintable() for name in names):
        raise UnreadableWorksheet(_("The names of the columns hold characters that cannot be read."))
    _refuse_repeated(names)
    return names


def rows_of(file: IO[bytes], form: Format) -> Iterator[Row]:
    """The rows after the header, as they come. Raises UnreadableWorksheet where the file breaks off."""
    rows = _raw_rows(file, form)
    next(rows, None)
    if not form.is_clean:
        rows = (_with_bad_bytes_told(row, form) for row in rows)
    for row in rows:
        # Mostly the first cell tells; only then is the whole row looked at.
        if row.cells and (row.cells[0].strip() or "".join(row.cells).strip()):
            yield row


def has_more_lines_than(lines: int, file: IO[bytes]) -> bool:
    """Whether it is a long file; reads no further than is needed to tell."""
    file.seek(0)
    left = lines
    while left >= 0 and (block := file.read(recognising.BLOCK)):
        left -= block.count(b"\n")
    return left < 0


def _raw_rows(file: IO[bytes], form: Format) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    try:
        text = _opened(file, form)
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=form.delimiter, strict=True), start=1):
                yield Row(number, cells)
            return
        except csv.Error:
            text.detach()  # the careful way is slower, and few files need it
            text = _opened(file, form)
            yield from (row for row in mending.rows(text, form.delimiter) if row.number > number)
        finally:
            text.detach()  # the file stays open: it belongs to the caller
    except UnicodeError:
        raise UnreadableWorksheet(
            _("After row %(row)s there are bytes that are not %(encoding)s. Save the file as UTF-8, or state its encoding.")
            % {"row": number, "encoding": form.encoding}
        ) from None


def _opened(file: IO[bytes], form: Format) -> io.TextIOWrapper:
    file.seek(0)
    errors = "strict" if form.encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else "surrogateescape"
    return io.TextIOWrapper(file, encoding=form.encoding, errors=errors, newline="")


def _with_bad_bytes_told(row: Row, form: Format) -> Row:
    if row.problem or not recognising.BAD_BYTE.search("".join(row.cells)):
        return row
    cells = [cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for cell in row.cells]
    position = next(i for i, cell in enumerate(row.cells) if recognising.BAD_BYTE.search(cell))
    encoding = form.encoding.removesuffix("-sig")
    return Row(row.number, cells, Problem(position, cells[position], _("The cell holds bytes that are not %s.") % encoding))


def _refuse_repeated(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen and name:
            raise UnreadableWorksheet(_("The header “%s” stands twice; each column needs a name of its own.") % name)
        seen.add(name.lower())
