"""What came of an import, for people and programs."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm.worksheets import reading
from crm.worksheets.guarding import CLEAR, guarded, unguarded
from crm.worksheets.models import Worksheet
from crm.worksheets.sources import open_source

COUNTED = ("rows", "created", "updated", "unchanged", "errors", "skipped", "ignored_columns")


def facts(worksheet: Worksheet) -> dict[str, Any]:
    """The JSON of contract §2; `left` says how many lost the Boolean that the worksheet replaced."""
    seconds = round(worksheet.seconds or 0.0, 3)
    counts = {name: worksheet.counts[name] for name in COUNTED}
    if worksheet.choices.get("replace"):
        counts["left"] = worksheet.counts["leaving"]
    rate = round(counts["rows"] / seconds) if seconds else None
    return {
        "worksheet": worksheet.number, **counts, "seconds": seconds, "rows_per_second": rate, "publication": worksheet.publication,
    }  # fmt: skip


def write_error_worksheet(worksheet: Worksheet, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(error_rows(worksheet))


def error_rows(worksheet: Worksheet) -> Iterator[list[str]]:
    """The uploaded columns of the refused rows plus `_row` and `_error`, header first."""
    reasons: dict[int, list[str]] = {}
    for error in worksheet.row_errors.all():
        reasons.setdefault(error.row, []).append(f"{error.column}: {error.reason}" if error.column else error.reason)
    source = open_source(worksheet)
    yield [*map(guarded, source.plan.headers), "_row", "_error"]
    with worksheet.file.open("rb") as file:
        for row in reading.rows_of(file, source.form):
            if row.number in reasons:
                cells = row.cells[: len(source.plan.headers)]
                padding = [""] * (len(source.plan.headers) - len(cells))
                yield [*map(_guarded_again, cells), *padding, str(row.number), guarded("; ".join(reasons[row.number]))]


def _guarded_again(cell: str) -> str:
    """The cell as it was uploaded, unless a spreadsheet would run it."""
    return cell if cell == CLEAR else guarded(unguarded([cell])[0])
