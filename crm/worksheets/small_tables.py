"""Small tables in and out by page: read as a dataset of django-import-export, compared with what is stored, written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.resources import Diff, ModelResource
from import_export.results import InvalidRow, Result, RowResult
from import_export.widgets import Widget
from tablib import Dataset

from crm.local_numbers import local_number
from crm.worksheets.errors import InvalidMapping, UnreadableWorksheet
from crm.worksheets.formats.formula_escaping import guarded, unguarded
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.tables import CellKind, Table
from crm.worksheets.formats.writing import WriteFormat

MOST_ROWS = 500  # of a table whose preview is one page


@dataclass(frozen=True)
class CellDifference:
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class PreviewedRow:
    """A row of the file: its place among the rows, `outcome` as the library names it, its cells or why it is refused."""

    number: int
    outcome: str
    cells: Sequence[CellDifference] = ()
    reasons: Sequence[str] = ()


class CellDiff(Diff):
    """The library's comparison as values; the page marks what differs."""

    def as_html(self) -> list[CellDifference]:
        before = [""] * len(self.right) if self.new else self.left
        return [CellDifference(str(old), str(new)) for old, new in zip(before, self.right, strict=True)]


class TextWidget(Widget):
    """A text, guarded against spreadsheets that would run it."""

    def clean(self, value: Any, **_row: Any) -> str:  # Any: as the library reads it
        return str(unguarded([str(value or "").strip()])[0])

    def render(self, value: Any, **_options: Any) -> str:  # Any: as above
        return guarded(str(value or ""))


class SmallTableResource(ModelResource):
    """The base of the resources of small tables."""

    def before_import(self, dataset: Dataset, **_options: Any) -> None:
        """Raises InvalidMapping for a column that is not of the table, which the library would pass over."""
        known = self.get_diff_headers()
        if unknown := [header for header in dataset.headers if header not in known]:
            words = {"header": unknown[0][:60], "known": ", ".join(known)}
            raise InvalidMapping(_("There is no column “%(header)s” here. The columns are: %(known)s.") % words)

    def get_diff_class(self) -> type[Diff]:
        return CellDiff


def read_table(file: IO[bytes]) -> Dataset:
    """The rows of an uploaded worksheet below its first row. Raises UnreadableWorksheet."""
    found = reader.detect_format(file, header=1)
    headers = reader.header_names(found)
    rows = [[*row.cells[: len(headers)], *[""] * (len(headers) - len(row.cells))] for row in reader.rows_of(file, found)]
    if len(rows) > MOST_ROWS:
        raise UnreadableWorksheet(
            _("The file has %(n)s rows; here at most %(most)s are taken.")
            % {"n": local_number(len(rows)), "most": local_number(MOST_ROWS)}
        )
    return Dataset(*rows, headers=headers)


def file_chunks(dataset: Dataset, form: WriteFormat, *, title: str) -> Iterator[bytes]:
    """The dataset as a file."""
    columns = [[str(cell) for cell in column] for column in zip(*dataset, strict=True)]
    kinds: list[CellKind] = ["text"] * len(dataset.headers)
    return form.chunks(Table(title, dataset.headers, kinds, [columns] if columns else [], timezone.now()))


def previewed(result: Result) -> list[PreviewedRow]:
    """Every row, those that are refused with their reasons."""
    refused = {row.number: list(_reasons(row)) for row in result.invalid_rows}
    broken = {row.number: [str(error.error) for error in row.errors] for row in result.error_rows}
    rows = enumerate(result.rows, 1)
    return [_previewed(number, row, [*refused.get(number, ()), *broken.get(number, ())]) for number, row in rows]


def _previewed(number: int, row: RowResult, reasons: list[str]) -> PreviewedRow:
    return PreviewedRow(number, "invalid" if reasons else row.import_type, row.diff or (), reasons)


def _reasons(row: InvalidRow) -> Iterator[str]:
    for name, reasons in row.error.message_dict.items():
        yield from (reason if name == NON_FIELD_ERRORS else f"{name}: {reason}" for reason in reasons)
