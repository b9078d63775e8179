"""The result of an import, for people and programs."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.worksheets.formats.formula_escaping import CLEAR, guarded, unguarded
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing import FORMATS, CsvFormat, WriteFormat, write_whole
from crm.worksheets.importing.limits import ExceededLimit
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.mapping import recipes, whole_names
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.models import Worksheet
from crm.worksheets.results import Counts

ADDED = ("_row", "_error")
ROWS_AT_ONCE = 500
COUNTED = ("rows", "created", "updated", "unchanged", "errors", "skipped", "ignored_columns", "mapping")


def facts(worksheet: Worksheet) -> dict[str, Any]:
    """The JSON of contract §2; `left` lost the Boolean that the worksheet replaced, `left_out` counts cells by header."""
    return _facts(worksheet, worksheet.tally.written_so_far)


def stopped_facts(worksheet: Worksheet, exceeded: ExceededLimit, *, is_rehearsal: bool) -> dict[str, Any]:
    """As `facts`, where a limit stops the import; only a rehearsal counts what would have been written."""
    tally = worksheet.tally if is_rehearsal else worksheet.tally.held_back
    return _facts(worksheet, tally) | {"stopped": {"limit": exceeded.limit, "value": exceeded.value}}


def _facts(worksheet: Worksheet, tally: Counts) -> dict[str, Any]:
    seconds = round(worksheet.seconds or 0.0, 3)
    counts = {name: getattr(tally, name) for name in COUNTED}
    counts["key"] = worksheet.choices["keys"]
    if worksheet.choices.get("replace"):
        counts["left"] = tally.leaving
    told = {"notes": [*_of_proposal(worksheet), *tally.notes], "left_out": tally.left_out}
    counts |= {name: value for name, value in told.items() if value}
    rate = round(counts["rows"] / seconds) if seconds else None
    return {
        "worksheet": worksheet.number, **counts, "seconds": seconds,
        "rows_per_second": rate, "publication": worksheet.publication,
    }  # fmt: skip


def _of_proposal(worksheet: Worksheet) -> Iterator[str]:
    """That answers which nobody stated come from an earlier worksheet, and which columns only a person can decide on."""
    whole = worksheet.look.get("open", {}).get("full_names", [])
    choices = ImportChoices.from_json(worksheet.choices)
    yield from whole_names.left_open(choices, whole)
    for header, name in worksheet.look.get("open", {}).get("unfit", {}).items():
        if header not in choices.map:
            note = _("“%(header)s” fills nothing: %(field)s could read too few of its cells. %(option)s takes it all the same.")
            yield note % {"header": header, "field": name, "option": f'--map "{header}={name}"'}
    if used := worksheet.look.get("recipe"):
        yield _("Read as last time: {link}, {when}, {who}.").format(link=f"#{used['worksheet']}", **recipes.used_by(used))


def write_error_worksheet(prepared: Prepared, path: Path) -> None:
    """In the format that the file's name ends with, else in that of the upload."""
    named = FORMATS.get(path.suffix.lower().removeprefix("."))
    write_whole(path, error_chunks(prepared, named or error_format(prepared)))


def error_format(prepared: Prepared) -> WriteFormat:
    """The format of the upload, so that the error worksheet can be corrected and uploaded as it is."""
    if prepared.format.kind == reader.TEXT:
        return CsvFormat(prepared.format.delimiter)
    form = FORMATS[prepared.format.kind]
    has_room = form.most_columns is None or len(prepared.plan.headers) + len(ADDED) <= form.most_columns
    return form if has_room else FORMATS["xlsx"]


def error_chunks(prepared: Prepared, form: WriteFormat) -> Iterator[bytes]:
    """The file: the uploaded columns of the refused rows plus `_row` and `_error`."""
    headers = [*map(guarded, prepared.plan.headers), *ADDED]
    rows = error_rows(prepared)
    blocks = (list(zip(*block, strict=True)) for block in iter(lambda: list(islice(rows, ROWS_AT_ONCE)), []))
    return form.chunks(Table(prepared.worksheet.name, headers, ["text"] * len(headers), blocks, timezone.now()))


def error_rows(prepared: Prepared) -> Iterator[list[str]]:
    """The cells of each row that is refused or lacks a cell that was left out, as they were uploaded, its place, and why."""
    reasons: dict[int, list[str]] = {}
    for error in prepared.worksheet.row_errors.all():
        reasons.setdefault(error.row, []).append(f"{error.column}: {error.reason}" if error.column else error.reason)
    for cell in prepared.worksheet.left_out_cells.all():
        reasons.setdefault(cell.row, []).append(_("%(column)s is left out: %(reason)s") % vars(cell))
    width = len(prepared.plan.headers)
    for row in prepared.rows():
        if row.number in reasons:
            cells = row.cells[:width]
            padding = [""] * (width - len(cells))
            yield [*map(_guarded_again, cells), *padding, str(row.number), guarded("; ".join(reasons[row.number]))]


def _guarded_again(cell: str) -> str:
    """The cell as it was uploaded, unless a spreadsheet would run it."""
    return cell if cell == CLEAR or cell[:1] == "'" else guarded(unguarded([cell])[0])
