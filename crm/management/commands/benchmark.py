"""Measures imports beside raw loading into the same table, in a table of its own.

An import is timed from reading the CSV file to the last chunk. `peak_mb` is the most that this process has held so far.
"""

import csv
import os
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from crm.management.command import SiteCommand
from crm.management.scratch import ACRONYM, FIELDS, scratch_model, values
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.bulk import sqlite
from crm.records.recording import open_change_set
from crm.schema.fieldtypes import CellFormat
from crm.schema.record import Record
from crm.worksheets import converting, mapping, reading

NAMES = ("import-create", "import-unchanged")


class Command(SiteCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=20_000)
        parser.add_argument("--database", metavar="URL")
        parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")

    def run(self, actor: Actor, *, rows: int, database: str | None, only: list[str], **_options: Any) -> dict[str, Any]:
        if database and os.environ.get("DATABASE_URL") != database:
            # Settings read the address once, at the start.
            os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "DATABASE_URL": database})  # noqa: S606
        with scratch_model() as model, tempfile.TemporaryDirectory() as folder:
            file = written_worksheet(Path(folder) / "customers.csv", rows)
            return {"results": [result for result in measured(model, file, rows, actor) if result["name"] in only]}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        self.stdout.write(f"{'name':18}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'peak MB':>10}{'limit s':>10}{'ratio':>8}")
        for result in facts["results"]:
            figures = [result[name] for name in ("rows", "seconds", "rows_per_second", "peak_mb", "limit_seconds", "ratio")]
            self.stdout.write("{:18}{:>10}{:>10}{:>10}{:>10}{:>10}{:>8}".format(result["name"], *figures))


def measured(model: type[Record], file: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    """The raw load goes first into the empty table, and last beside the full one."""
    limit = seconds(lambda: raw_load(model, range(rows)))
    model.objects.all()._raw_delete(model.objects.db)
    bulk.tidy(any_merge(model), rows=rows)
    spent = seconds(lambda: import_file(model, file, actor))
    yield result("import-create", rows, spent, limit)
    bulk.tidy(any_merge(model), rows=rows)
    spent = seconds(lambda: import_file(model, file, actor))
    yield result("import-unchanged", rows, spent, seconds(lambda: raw_load(model, range(rows, 2 * rows))))


def result(name: str, rows: int, spent: float, limit: float) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {"seconds": round(spent, 2), "rows_per_second": round(rows / spent), "peak_mb": peak}
    limits = {"limit_seconds": round(limit, 2), "ratio": round(spent / limit, 2), "peer": None, "times_faster": None}
    return {"name": name, "rows": rows, **figures, **limits}


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def written_worksheet(file: Path, rows: int) -> Path:
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(FIELDS)
        writer.writerows(map(values, range(rows)))
    return file


def any_merge(model: type[Record], columns: tuple[str, ...] = FIELDS) -> bulk.Merge:
    return bulk.Merge(model, f"staging_{ACRONYM.lower()}", "email", columns)


def import_file(model: type[Record], file: Path, actor: Actor) -> None:
    """As `worksheets.importing` does it, without the worksheet's own row: the scratch entity is not published."""
    found = converting.Conversion()
    with file.open("rb") as source:
        form = reading.found_format(source)
        headers = reading.header_of(source, form)
        mapped = mapping.map_columns(headers, model.entity, stated={}, ignore=[], allow_consent=True)
        merge = any_merge(model, tuple(mapped.names))
        columns = converting.Columns(model.entity, headers, mapped, merge.key, CellFormat(), {})
        bulk.create_staging(merge)
        bulk.stage(merge, converting.typed_columns(reading.rows_of(source, form), columns, found))
    bulk.difference(merge)
    apply(merge, actor)
    bulk.drop_staging(merge)


def apply(merge: bulk.Merge, actor: Actor) -> None:
    change_set = open_change_set(ACRONYM, by=actor, at=timezone.now())
    row: int | None = 0
    while row is not None:
        with transaction.atomic():
            row = bulk.apply_chunk(merge, change_set, after_row=row).last_row


def raw_load(model: type[Record], numbers: range) -> None:
    """COPY, or executemany in one transaction, of the same values."""
    table = connection.ops.quote_name(model._meta.db_table)
    fixed = ("isCorporate", "isFreeStateRegistration", "crm_version")
    names = ", ".join(map(connection.ops.quote_name, ("id", *FIELDS, *fixed)))
    rows = ((f"{number:036d}", *values(number), False, False, 1) for number in numbers)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * (len(FIELDS) + 4))
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # names of our own
            cursor.executemany(statement, (tuple(map(sqlite.stored, row)) for row in rows))
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
