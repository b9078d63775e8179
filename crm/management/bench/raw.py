"""Raw loading into the same table: the limit that an import is measured against."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from crm.management.bench.scratch import FIELDS, values
from crm.records.dialects import sqlite
from crm.schema.record import Record

FIXED = ("isCorporate", "isFreeStateRegistration", "crm_version")
CHANGED = FIELDS.index("firstName")
BLOCK = 1 << 16  # bytes


def written_worksheet(file: Path, rows: int) -> Path:
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(FIELDS)
        writer.writerows(map(values, range(rows)))
    return file


def written_changes(file: Path, rows: int) -> Path:
    """The same worksheet, but every tenth first name is another one."""
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(FIELDS)
        writer.writerows(_changed(values(number)) if number % 10 == 0 else values(number) for number in range(rows))
    return file


def _changed(row: tuple[object, ...]) -> tuple[object, ...]:
    return (*row[:CHANGED], f"{row[CHANGED]} changed", *row[CHANGED + 1 :])


def written_table(file: Path, numbers: range) -> Path:
    """The same rows with the columns that only the table has, ready for COPY."""
    with file.open("w", newline="") as target:
        csv.writer(target).writerows(map(_table_row, numbers))
    return file


def load(model: type[Record], file: Path, numbers: range) -> None:
    """COPY of the written table, or executemany of the same rows, in one transaction."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy(model, file)
        else:
            _insert(model, map(_table_row, numbers))


def _copy(model: type[Record], file: Path) -> None:
    statement = f"COPY {_table(model)} ({_columns()}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy, file.open("rb") as source:
        while block := source.read(BLOCK):
            copy.write(block)


def _insert(model: type[Record], rows: Iterator[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * (len(FIELDS) + 1 + len(FIXED)))
    statement = f"INSERT INTO {_table(model)} ({_columns()}) VALUES ({places})"  # names of our own
    with connection.cursor() as cursor:
        while block := list(islice(rows, 10_000)):
            cursor.executemany(statement, [tuple(sqlite.stored(value) for value in row) for row in block])


def _table_row(number: int) -> tuple[object, ...]:
    return (f"{number:036d}", *values(number), False, False, 1)


def _table(model: type[Record]) -> str:
    return _quoted([model._meta.db_table])


def _columns() -> str:
    return _quoted(("id", *FIELDS, *FIXED))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, names))
