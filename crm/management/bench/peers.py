"""The same rows by django-import-export as it comes, into the same table."""

from datetime import datetime

import tablib
from import_export.resources import modelresource_factory

from crm.management.bench.measure import seconds
from crm.management.bench.scratch import FIELDS, values
from crm.schema.record import Record

ROWS = 10_000


def _cell(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def import_export_rate(model: type[Record], rows: int = ROWS) -> float:
    """Rows per second of a creating import in the library's default mode."""
    resource = modelresource_factory(model, meta_options={"fields": FIELDS, "import_id_fields": ("email",)})()
    dataset = tablib.Dataset(*(map(_cell, values(number)) for number in range(rows)), headers=FIELDS)
    return rows / seconds(lambda: resource.import_data(dataset, raise_errors=True))
