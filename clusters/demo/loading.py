"""Loads rows of the demo by the set-wise engine: with history, as a worksheet would."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clusters.demo.people import Row
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.bulk.merge import Mode
from crm.records.writing.moments import dated
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current

SUMMARY = "demo"


def load(entity: str, columns: Sequence[str], rows: Sequence[Row], *, mode: Mode, at: datetime, by: Actor) -> int:
    """Creates or updates the records of these ids, dated back to `at`; returns how many. An empty value keeps."""
    if not rows:
        return 0
    with current.pinned() as generated:
        merge = bulk.Merge(generated[entity], "staging_demo", ("id",), tuple(columns), mode=mode)
        bulk.create_staging(merge)
        numbered = [(number, *row, None) for number, row in enumerate(rows, 1)]
        bulk.stage(merge, [bulk.pack(list(zip(*numbered, strict=True)))])
        found = bulk.difference(merge)
        if found.created or found.updated:
            with dated(at):
                _apply(merge, entity, at=at, by=by)
        bulk.drop_staging(merge)
    return found.created + found.updated


def _apply(merge: bulk.Merge, entity: str, *, at: datetime, by: Actor) -> None:
    change_set = open_change_set(entity, by=by, at=at, summary=SUMMARY)
    last: int | None = 0
    while last is not None:
        with transaction.atomic():
            last = bulk.apply_chunk(merge, change_set, after_row=last).last_row
