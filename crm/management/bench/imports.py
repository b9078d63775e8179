"""Imports beside raw loading. An import is timed from reading the csv file to the last chunk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from crm.management.bench import peers, raw
from crm.management.bench.measure import result, seconds
from crm.management.bench.scratch import ACRONYM, FIELDS
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.dialects import dialect
from crm.records.writing.recording import open_change_set
from crm.schema.fieldtypes import CellFormat
from crm.schema.record import Record
from crm.worksheets.formats.reading import reader
from crm.worksheets.importing import converting, line_conversion
from crm.worksheets.mapping import column_mapping

NAMES = ("import-create", "import-unchanged", "import-update")


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    """`import-create` into an empty table, then `import-unchanged` of the same file, and
    `import-update` of one that differs in every tenth row; the limits likewise: of the last
    two, loading as many rows into the full table. The library is last, for its memory."""
    worksheet = raw.written_worksheet(folder / "customers.csv", rows)
    empty, full = range(rows), range(rows, 2 * rows)
    emptied(model)
    table = raw.written_table(folder / "table.csv", empty)
    limit = seconds(lambda: raw.load(model, table, empty))
    emptied(model)
    created = seconds(lambda: import_file(model, worksheet, actor))
    bulk.tidy(model, rows=rows)
    unchanged = seconds(lambda: import_file(model, worksheet, actor))
    changes = raw.written_changes(folder / "changes.csv", rows)
    updated = seconds(lambda: import_file(model, changes, actor))
    bulk.tidy(model, rows=rows)
    table = raw.written_table(folder / "table.csv", full)
    full_limit = seconds(lambda: raw.load(model, table, full))
    emptied(model)
    default = peers.default_rate(model)
    emptied(model)
    bulk_new, bulk_again = peers.bulk_rates(model)
    yield result("import-create", rows, created, limit, peer=peers.DEFAULT, peer_rate=default)
    yield result("import-create", rows, created, limit, peer=peers.BULK, peer_rate=bulk_new)
    yield result("import-unchanged", rows, unchanged, full_limit, peer=peers.BULK, peer_rate=bulk_again)
    yield result("import-update", rows, updated, full_limit, peer=peers.BULK, peer_rate=bulk_again)


def merge_of(model: type[Record], columns: tuple[str, ...] = FIELDS) -> bulk.Merge:
    return bulk.Merge(model, f"staging_{ACRONYM.lower()}", ("email",), columns)


def import_file(model: type[Record], file: Path, actor: Actor) -> None:
    """As `worksheets.importing` does it, without the worksheet's own row: the scratch entity is not published."""
    found = converting.ConversionResult()
    with file.open("rb") as source:
        form = reader.detect_format(source)
        headers = reader.header_names(form)
        mapped = column_mapping.map_columns(headers, model.entity, stated={}, ignore=[])
        merge = merge_of(model, tuple(mapped.names))
        columns = converting.ColumnConversion(model.entity, headers, mapped, CellFormat(), {})
        bulk.create_staging(merge)
        bulk.stage(merge, line_conversion.packed_rows(source, form, columns, found))
    bulk.difference(merge)
    _apply(merge, actor)
    bulk.drop_staging(merge)


def _apply(merge: bulk.Merge, actor: Actor) -> None:
    change_set = open_change_set(ACRONYM, by=actor, at=timezone.now())
    row: int | None = 0
    while row is not None:
        with transaction.atomic():
            row = bulk.apply_chunk(merge, change_set, after_row=row).last_row


def emptied(model: type[Record]) -> None:
    """As new: what deleted rows leave behind would slow the next load down."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(dialect().empty(table))
    bulk.tidy(model, rows=1)
