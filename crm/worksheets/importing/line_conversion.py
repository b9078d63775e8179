"""A worksheet on its way into the staging table: canonical lines as they are, the other rows through the exact converters."""

from collections.abc import Iterator
from typing import IO

from crm.records import bulk
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.reader import FileFormat
from crm.worksheets.formats.reading.text_lines import TextLines
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.importing import converting, parallel_conversion
from crm.worksheets.importing.canonical_lines import CanonicalLines, canonical_lines
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult
from crm.worksheets.importing.worker_process import convert_and_pack

LINES_AT_ONCE = 5_000
ENOUGH = 20_000  # rows after which it shows whether lines of this worksheet are canonical at all


def packed_rows(
    file: IO[bytes], form: FileFormat, columns: ColumnConversion, found: ConversionResult, notes: list[str] | None = None
) -> Iterator[bulk.Packed]:
    """As `parallel_conversion.packed_rows`, of the rows of a file. Raises UnreadableWorksheet where it breaks off."""
    after = 0
    if form.kind == reader.TEXT and (canonical := canonical_lines(columns, form.delimiter)):
        lines = TextLines(file, form.text, canonical.match, after=form.last_head_row)
        yield from _packed_lines(lines, canonical, columns, found)
        if not lines.is_stopped:
            found.refusals.sort(key=lambda refusal: refusal.row)
            return
        after = lines.number
    rest = (row for row in reader.rows_of(file, form, notes) if row.number > after)
    yield from parallel_conversion.packed_rows(rest, columns, found)


def _packed_lines(
    lines: TextLines, canonical: CanonicalLines, columns: ColumnConversion, found: ConversionResult
) -> Iterator[bulk.Packed]:
    """Ends before the worksheet does where most rows need the exact converters: two processes are then quicker."""
    ready: list[str] = []
    doubtful: list[SheetRow] = []
    converted = 0
    for piece in lines:
        if isinstance(piece, SheetRow):
            doubtful.append(piece)
        else:
            ready += canonical.taken(piece)
        if len(ready) >= LINES_AT_ONCE:
            yield _loaded(ready, canonical, found)
            ready = []
        if len(doubtful) >= converting.AT_ONCE:
            converted += len(doubtful)
            yield from _converted(doubtful, columns, found)
            doubtful = []
            if converted >= ENOUGH and 2 * converted > lines.number:
                lines.stop()
    if ready:
        yield _loaded(ready, canonical, found)
    yield from _converted(doubtful, columns, found)


def _loaded(lines: list[str], canonical: CanonicalLines, found: ConversionResult) -> bulk.Packed:
    found.rows += len(lines)
    return bulk.pack_lines(lines, canonical.form)


def _converted(rows: list[SheetRow], columns: ColumnConversion, found: ConversionResult) -> Iterator[bulk.Packed]:
    if rows:
        packed, more = convert_and_pack(rows, columns)
        found.add(more)
        if packed:
            yield packed
