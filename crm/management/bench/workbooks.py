"""The import of a workbook beside what it cannot do without: reading it, here by python-calamine, and importing its rows."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone
from python_calamine import CalamineWorkbook

from crm.management.bench import raw
from crm.management.bench.imports import emptied, import_file
from crm.management.bench.measure import result, seconds
from crm.people.actors import Actor
from crm.schema.record import Record
from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing import FORMATS

NAMES = ("import-xlsx",)
AT_ONCE = 5_000


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    """Both imports create all records."""
    text = raw.written_worksheet(folder / "customers.csv", rows)
    workbook = _written_workbook(text, folder / "customers.xlsx")
    emptied(model)
    spent = seconds(lambda: import_file(model, workbook, actor))
    emptied(model)
    limit = seconds(lambda: import_file(model, text, actor)) + seconds(lambda: _read(workbook))
    yield result("import-xlsx", rows, spent, limit)


def _read(workbook: Path) -> int:
    return sum(1 for _row in CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).iter_rows())


def _written_workbook(text: Path, workbook: Path) -> Path:
    with text.open(newline="") as source, workbook.open("wb") as target:
        rows = csv.reader(source)
        headers = next(rows)
        blocks = (list(zip(*block, strict=True)) for block in iter(lambda: list(islice(rows, AT_ONCE)), []))
        target.writelines(FORMATS["xlsx"].chunks(Table("Customers", headers, ["text"] * len(headers), blocks, timezone.now())))
    return workbook
