"""A worksheet as a stream of rows, whatever its format. What is detected can be stated instead."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import format_detection, header_detection, text_files, workbook_files
from crm.worksheets.formats.rows import SheetRow

TEXT = "csv"
NO_TEXT = format_detection.TextFormat("", "")


@dataclass(frozen=True)
class FileFormat:
    """How the file is written. `kind` is csv, xlsx, xls or ods; `header_row` is 0 when no row names the columns.

    Encoding and delimiter are those of a text, sheet and sheets those of a workbook. `head` are its first rows.
    """

    kind: str
    header_row: int
    head: tuple[SheetRow, ...] = field(repr=False)
    text: format_detection.TextFormat = NO_TEXT
    sheet: str = ""
    sheets: tuple[workbook_files.SheetInfo, ...] = ()
    labels_row: int = 0  # the row below that says the names once more, as people do; 0 when none does

    def to_json(self) -> dict[str, Any]:
        """Without the first rows: they hold personal values."""
        names = ("kind", "header_row", "labels_row", "encoding", "delimiter", "sheet")
        facts = {name: getattr(self, name) for name in names}
        text = {name: getattr(self.text, name) for name in ("is_clean", "has_doubled_ends", "unclear")}
        return {**facts, **text, "sheets": [asdict(sheet) for sheet in self.sheets]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FileFormat":
        is_clean, has_doubled_ends = stored.get("is_clean", False), stored.get("has_doubled_ends", False)
        return cls(
            stored["kind"],
            stored["header_row"],
            (),
            format_detection.TextFormat(
                stored["encoding"], stored["delimiter"], is_clean, has_doubled_ends, stored.get("unclear", "")
            ),
            stored["sheet"],
            tuple(workbook_files.SheetInfo(**sheet) for sheet in stored["sheets"]),
            stored.get("labels_row", 0),
        )

    @property
    def last_head_row(self) -> int:
        return self.labels_row or self.header_row

    @property
    def encoding(self) -> str:
        return self.text.encoding

    @property
    def delimiter(self) -> str:
        return self.text.delimiter


def detect_format(
    file: IO[bytes], *, encoding: str = "", delimiter: str = "", sheet: str = "", header: int | None = None
) -> FileFormat:
    """The format of a file, except what is stated. Raises UnreadableWorksheet."""
    if format_detection.is_workbook(file):
        book = workbook_files.inspect_workbook(file, sheet=sheet)
        row = _header_row(book.head, header)
        return FileFormat(book.kind, row, book.head, sheet=book.sheet, sheets=book.sheets)
    if sheet:
        raise UnreadableWorksheet(_("A text worksheet (csv) has no sheets; state none."))
    text = format_detection.detect_text(file, encoding=encoding, delimiter=delimiter)
    head = tuple(islice(text_files.rows(file, text), workbook_files.HEAD))
    return FileFormat(TEXT, _header_row(head, header), head, text)


def header_names(form: FileFormat) -> list[str]:
    """The names of the columns. Raises UnreadableWorksheet when they are repeated, missing or broken."""
    return header_detection.header_names(form.head, form.header_row)


def rows_of(file: IO[bytes], form: FileFormat, notes: list[str] | None = None) -> Iterator[SheetRow]:
    """The rows below the header that are not blank; remarks about them are added to `notes` at the end.

    Raises UnreadableWorksheet where the file breaks off.
    """
    remarks: list[str] = [] if notes is None else notes
    rows = text_files.rows(file, form.text) if form.kind == TEXT else workbook_files.rows(file, form.sheet, remarks)
    if last := form.last_head_row:
        rows = islice(rows, last, None) if form.kind == TEXT else (r for r in rows if r.number > last)
    for row in rows:
        # Mostly the first cell decides; only otherwise is the whole row joined.
        if row.cells and (row.cells[0].strip() or "".join(row.cells).strip() or row.problems):
            yield row


def _header_row(head: tuple[SheetRow, ...], stated: int | None) -> int:
    if not any(cell.strip() for row in head for cell in row.cells):
        raise UnreadableWorksheet(_("The sheet is empty.") if head else _("The file is empty."))
    return header_detection.find_header_row(head) if stated is None else stated
