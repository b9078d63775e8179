from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from crm.records import bulk, undoing
from crm.records.models import ChangeSet, Kept
from crm.records.writing import saving
from crm.records.writing.recording import open_change_set


@pytest.fixture
def write(customers, admin) -> Callable[..., ChangeSet]:
    """Merges rows of values as an import does, as one change-set: the first column is the key."""

    def written(columns: str, *rows: list, model=None, empty: str = "clear", **how) -> ChangeSet:
        names = tuple(columns.split())
        merge = bulk.Merge(model or customers, "worksheet_1", names[:1], names, empty=empty, **how)
        bulk.create_staging(merge)
        staged = [(number, *row, None) for number, row in enumerate(rows, start=2)]
        bulk.stage(merge, [bulk.pack(list(zip(*staged, strict=True)))])
        bulk.difference(merge)
        change_set = open_change_set(merge.model.entity.acronym, by=admin, at=timezone.now())
        row = 0
        while row is not None:
            with transaction.atomic():
                row = bulk.apply_chunk(merge, change_set, after_row=row, size=3).last_row
        bulk.drop_staging(merge)
        return change_set

    return written


@pytest.fixture
def rehearse(admin) -> Callable[[ChangeSet], dict]:
    def rehearsed(change_set: ChangeSet) -> dict:
        return counts_of(undoing.rehearse(undoing.open_undo(change_set, by=admin)))

    return rehearsed


@pytest.fixture
def undo(admin, settings, rehearse) -> Callable[..., dict]:
    """Rehearses and undoes in small chunks; gives the counts that are not zero, which the rehearsal must have given too."""
    settings.IMPORT_CHUNK_ROWS = 2

    def undone(change_set: ChangeSet, *, record_id: str = "") -> dict:
        opened = undoing.open_undo(change_set, by=admin, record_id=record_id)
        expected, kept = undoing.rehearse(opened), kept_of(opened)
        counts = undoing.run(opened, by=admin)
        assert (counts, kept_of(opened)) == (expected, kept)
        undone.last = opened
        return counts_of(counts)

    return undone


def counts_of(counts: undoing.UndoCounts) -> dict:
    return {name: count for name, count in vars(counts).items() if count}


def kept_of(undo) -> list[tuple[str, str, str, str]]:
    return sorted(Kept.objects.filter(undo=undo).values_list("record_id", "field", "reason", "other"))


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "userId": "u1", "firstName": "Ana"}, by=admin)
