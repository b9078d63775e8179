"""Text worksheets (csv) as rows: all of them, blank ones too, the first being row 1."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.encodings import encoding_name
from crm.worksheets.formats.reading import format_detection, quote_recovery
from crm.worksheets.formats.rows import RowProblem, SheetRow

LONGEST_CELL = 1_000_000


def rows(file: IO[bytes], form: format_detection.TextFormat) -> Iterator[SheetRow]:
    """Raises UnreadableWorksheet where the file breaks off."""
    found = _raw_rows(file, form)
    return found if form.is_clean else (with_bad_bytes_reported(row, form.encoding) for row in found)


def _raw_rows(file: IO[bytes], form: format_detection.TextFormat) -> Iterator[SheetRow]:
    csv.field_size_limit(LONGEST_CELL)
    number = 0
    try:
        text = opened(file, form.encoding)
        try:
            for number, cells in enumerate(csv.reader(_lines(text, form), delimiter=form.delimiter, strict=True), start=1):
                yield SheetRow(number, cells)
            return
        except csv.Error:
            text.detach()  # the careful way is slower, and few files need it
            text = opened(file, form.encoding)
            yield from (row for row in quote_recovery.rows(_lines(text, form), form.delimiter) if row.number > number)
        finally:
            text.detach()  # the file stays open: it belongs to the caller
    except UnicodeError:
        raise UnreadableWorksheet(
            _("After row %(row)s there are bytes that are not %(encoding)s. Save the file as UTF-8, or state its encoding.")
            % {"row": number, "encoding": encoding_name(form.encoding)}
        ) from None


def opened(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    errors = "strict" if encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else "surrogateescape"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def _lines(text: Iterable[str], form: format_detection.TextFormat) -> Iterable[str]:
    return _undoubled(text) if form.has_doubled_ends else text


def _undoubled(lines: Iterable[str]) -> Iterator[str]:
    """Without the blank line that programs make of each line end when they write \\r\\r\\n."""
    previous = ""
    for line in lines:
        if line != "\r\n" or not previous.endswith("\r"):
            yield line
        previous = line


def with_bad_bytes_reported(row: SheetRow, encoding: str) -> SheetRow:
    if row.problems or not format_detection.BAD_BYTE.search("".join(row.cells)):
        return row
    cells = [cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for cell in row.cells]
    reason = _("The cell holds bytes that are not %s.") % encoding_name(encoding)
    bad = (place for place, cell in enumerate(row.cells) if format_detection.BAD_BYTE.search(cell))
    return SheetRow(row.number, cells, tuple(RowProblem(place, cells[place], reason) for place in bad))
