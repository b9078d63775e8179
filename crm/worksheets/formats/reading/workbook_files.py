"""Workbooks (xlsx, xls, ods) as rows, read by the sandboxed process; its codes become sentences."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.local_numbers import local_number
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading.sandbox import NoAnswer, answers
from crm.worksheets.formats.rows import RowProblem, SheetRow

HEAD = 30  # rows of a WorkbookHead
KEPT = 16  # WorkbookHeads that are cached

REFUSALS = {
    "damaged": gettext_lazy("The file is damaged, or no workbook that can be read. Open it in a spreadsheet and save it again."),
    "no_worksheet": gettext_lazy("This is neither a workbook (xlsx, xls, ods) nor a text worksheet (csv)."),
    "document": gettext_lazy("This is a text or a presentation, not a worksheet."),
    "numbers": gettext_lazy("This is a Numbers document. Export it as xlsx or csv and upload that."),
    "binary": gettext_lazy("Workbooks of the kind xlsb cannot be read. Save it as xlsx and upload that."),
    "old": gettext_lazy("The workbook is of Excel 95 or older. Save it as xlsx and upload that."),
    "encrypted": gettext_lazy("The workbook is protected by a password. Save it without one and upload that."),
    "parts": gettext_lazy("The workbook consists of too many parts."),
    "unpacked": gettext_lazy("The workbook is too large when unpacked. Save the sheet as csv and upload that."),
    "ratio": gettext_lazy("The workbook is packed more tightly than worksheets are; it is refused to protect the site."),
    "entities": gettext_lazy("The workbook declares XML entities, as only harmful ones do; it is refused to protect the site."),
    "sparse": gettext_lazy("The sheet is almost empty and very wide. Delete the columns without data and upload it again."),
    "memory": gettext_lazy("The workbook needs more memory than is allowed. Save the sheet as csv and upload that."),
    "no_room": gettext_lazy(
        "The disk has no room to unpack the workbook. Save the sheet as csv, or ask the administrator to make room."
    ),
    "no_sheet": gettext_lazy("The workbook has no sheet with cells."),
    "unknown_sheet": gettext_lazy("There is no sheet “%(name)s”. The sheets are: %(sheets)s."),
}
FLAWS = {
    "error": gettext_lazy("The cell holds the error %(shown)s instead of a value."),
    "uncalculated": gettext_lazy(
        "The cell holds a formula that was never calculated. Open the file in a spreadsheet, save it, upload it again."
    ),
    "no_day": gettext_lazy("The cell is formatted as a date, but “%(shown)s” is no day."),
    "no_number": gettext_lazy("The cell is marked as a number, but “%(shown)s” is none."),
    "long": gettext_lazy("The cell holds more than 1,000,000 characters."),
}  # fmt: skip
# Several requests ask for it, and for a large file it takes a second.
_known: OrderedDict[tuple[object, str], "WorkbookHead"] = OrderedDict()
DIED = gettext_lazy(
    "The workbook could not be read with the memory and time that are allowed. Save the sheet as csv and upload that."
)


@dataclass(frozen=True)
class SheetInfo:
    """`rows` as the file says, which may be more than hold something; None when it does not say."""

    name: str
    rows: int | None
    is_hidden: bool


@dataclass(frozen=True)
class WorkbookHead:
    """What a workbook is, and the first rows of one of its sheets."""

    kind: str
    sheets: tuple[SheetInfo, ...]
    sheet: str
    head: tuple[SheetRow, ...]


def inspect_workbook(file: IO[bytes], *, sheet: str = "") -> WorkbookHead:
    """The sheet of this name or number, or the first that is not empty. Raises UnreadableWorksheet."""
    key = _state_of(file), sheet
    if key[0] is None:
        return _inspect(file, sheet)
    if key not in _known:
        _known[key] = _inspect(file, sheet)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return _known[key]


def rows(file: IO[bytes], sheet: str, notes: list[str]) -> Iterator[SheetRow]:
    """All rows of a sheet; remarks about it are added to `notes` at the end. Raises UnreadableWorksheet."""
    noticed = None
    for answer in _answers(file, {"ask": "rows", "sheet": sheet}):
        yield from map(_row, answer.get("lines", ()))
        noticed = answer.get("end", noticed)
    if noticed is None:
        raise UnreadableWorksheet(str(DIED))
    notes += _notes(noticed)


def _state_of(file: IO[bytes]) -> tuple[int, ...] | None:
    """Identifies the content of the file on disk."""
    try:
        found = os.fstat(file.fileno())
    except (AttributeError, OSError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _inspect(file: IO[bytes], sheet: str) -> WorkbookHead:
    found, *_end = list(_answers(file, {"ask": "look", "sheet": sheet, "rows": HEAD}))
    sheets = tuple(SheetInfo(name, count, is_hidden) for name, count, is_hidden in found["sheets"])
    return WorkbookHead(found["kind"], sheets, found["sheet"], tuple(map(_row, found["lines"])))


def _answers(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:  # Any: JSON values
    try:
        for answer in answers(file, question):
            if code := answer.get("refused"):
                raise UnreadableWorksheet(str(REFUSALS[code]) % answer["facts"])
            yield answer
    except NoAnswer:
        raise UnreadableWorksheet(str(DIED)) from None


def _row(line: list[Any]) -> SheetRow:  # Any: a number, cells, flaws
    number, cells, flaws = line
    if not flaws:
        return SheetRow(number, cells)
    return SheetRow(number, cells, tuple(RowProblem(at, shown, str(FLAWS[code]) % {"shown": shown}) for at, shown, code in flaws))


def _notes(noticed: dict[str, int]) -> Iterator[str]:
    if count := noticed["hidden_rows"]:
        yield ngettext("%(n)s hidden row is read as well.", "%(n)s hidden rows are read as well.", count) % {
            "n": local_number(count)
        }
    if count := noticed["merged"]:
        merged = ngettext("%(n)s range of cells is merged", "%(n)s ranges of cells are merged", count) % {
            "n": local_number(count)
        }
        yield _("%s: only the first cell of each has the value, the others are empty.") % merged
    if count := noticed["formulas"]:
        formulas = ngettext("%(n)s cell holds a formula", "%(n)s cells hold formulas", count) % {"n": local_number(count)}
        yield _("%s: the values are those of the last calculation.") % formulas
