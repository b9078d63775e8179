"""Exports beside the same records read raw: COPY, or a cursor and `csv.writer`."""

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from crm.management.bench import raw
from crm.management.bench.measure import result, seconds
from crm.management.bench.scratch import FIELDS
from crm.people.actors import Actor
from crm.records import bulk
from crm.schema.record import Record
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream, sorted_by
from crm.worksheets.formats.writing import FORMATS

NAMES = ("export-csv", "export-xlsx")
AT_ONCE = 5_000


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    bulk.tidy(model, rows=rows)
    limit = seconds(lambda: _read_raw(model, folder / "raw.csv"))
    for name in ("csv", "xlsx"):
        spent = seconds(partial(_export, model, folder, name, actor))
        yield result(f"export-{name}", rows, spent, limit)


def _export(model: type[Record], folder: Path, name: str, actor: Actor) -> None:
    export = Export(sorted_by(model.objects.all(), ""), columns_of(model, ["id", *FIELDS], actor=actor))
    with (folder / f"export.{name}").open("wb") as file:
        file.writelines(ExportStream(export, FORMATS[name]))


def _read_raw(model: type[Record], file: Path) -> None:
    names = ", ".join(map(connection.ops.quote_name, ["id", *FIELDS]))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                cursor.copy(f"COPY (SELECT {names} FROM {table} ORDER BY id) TO STDOUT (FORMAT csv)") as copy,
                file.open("wb") as target,
            ):
                target.writelines(copy)
            return
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY id")
        with file.open("w", newline="") as target:
            writer = csv.writer(target)
            while block := cursor.fetchmany(AT_ONCE):
                writer.writerows(block)
