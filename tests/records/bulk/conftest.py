from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from crm.records import bulk
from crm.records.writing.recording import open_change_set


@pytest.fixture
def merge(customers) -> Callable[..., bulk.Merge]:
    """A merge with its rows staged: the first column is the key unless `keys` says so,
    a row is a list of values, (values, cleared) or (values, cleared, is_refused)."""

    def staged(columns: str, *rows: list, **how) -> bulk.Merge:
        names = tuple(columns.split())
        keys = how.pop("keys", names[:1])
        made = bulk.Merge(model=how.pop("model", customers), staging="worksheet_1", keys=keys, columns=names, **how)
        bulk.create_staging(made)
        staged_rows = [_staged_row(number, row, made) for number, row in enumerate(rows, start=2)]
        bulk.stage(made, [bulk.pack(list(zip(*staged_rows, strict=True)))] if rows else [])
        return made

    return staged


def _staged_row(number: int, row: list | tuple, merge: bulk.Merge) -> tuple:
    values, cleared, is_refused = (*row, None, False)[:3] if isinstance(row, tuple) else (row, None, False)
    return (number, *values, cleared, *([is_refused] if merge.replace else []))


@pytest.fixture
def change_set(admin, customers):
    return open_change_set("CL", by=admin, at=timezone.now())


@pytest.fixture
def apply(change_set) -> Callable[..., list[bulk.Applied]]:
    """Takes the difference and applies all of it, chunk by chunk, as a job does."""

    def applied(merge: bulk.Merge, *, size: int = 2) -> list[bulk.Applied]:
        bulk.difference(merge)
        return list(_chunks(merge, change_set, size))

    return applied


def _chunks(merge, change_set, size):
    row = 0
    while row is not None:
        with transaction.atomic():
            chunk = bulk.apply_chunk(merge, change_set, after_row=row, size=size)
        row = chunk.last_row
        yield chunk
