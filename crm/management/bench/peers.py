"""The same rows by django-import-export, into the same table: as it comes, and in the bulk mode that its guide advises."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import tablib
from import_export.resources import modelresource_factory

from crm.management.bench.measure import seconds
from crm.management.bench.scratch import FIELDS, FURTHER, values
from crm.schema.record import Record

ROWS = 200 if FURTHER else 10_000  # wide rows would take its bulk mode an hour
DEFAULT, BULK = "import_export, default mode", "import_export, bulk mode"
# Every row is taken for a new one, so that none is looked up.
BULK_NEW = {"use_bulk": True, "batch_size": 1_000, "skip_diff": True, "force_init_instance": True}
BULK_AGAIN = {"use_bulk": True, "batch_size": 1_000, "skip_diff": True}


def default_rate(model: type[Record]) -> float:
    """Rows per second of an import that creates them, by the library as it comes."""
    return _rate(model)


def bulk_rates(model: type[Record]) -> tuple[float, float]:
    """Rows per second in bulk mode: into the empty table, and the same rows once more."""
    return _rate(model, BULK_NEW), _rate(model, BULK_AGAIN)


def _rate(model: type[Record], options: Mapping[str, Any] = MappingProxyType({})) -> float:  # Any: what the library takes
    meta = {"fields": FIELDS, "import_id_fields": ("email",), **options}
    dataset = tablib.Dataset(*(map(_cell, values(number)) for number in range(ROWS)), headers=FIELDS)
    return ROWS / seconds(lambda: modelresource_factory(model, meta_options=meta)().import_data(dataset, raise_errors=True))


def _cell(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
