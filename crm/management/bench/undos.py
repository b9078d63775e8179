"""Taking an import back beside that import: a tenth of the rows differs, and is put back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.management.bench import imports, raw
from crm.management.bench.measure import result, seconds
from crm.people.actors import Actor
from crm.records import bulk, undoing
from crm.records.models import ChangeSet
from crm.records.undoing import staging
from crm.records.undoing.applying import Writing
from crm.records.undoing.assessing import look_ahead
from crm.records.undoing.reverse_merge import ReverseMerge
from crm.records.undoing.running import put_all_back
from crm.records.writing.recording import open_change_set
from crm.schema.record import Record

NAMES = ("undo",)


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    """`undo` of the updates; its limit is the import that made them."""
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    bulk.tidy(model, rows=rows)
    worksheet = raw.written_changes(folder / "changed.csv", rows)
    limit = seconds(lambda: imports.import_file(model, worksheet, actor))
    target = ChangeSet.objects.filter(entity=model.entity.acronym).latest("pk")
    spent = seconds(lambda: undo(model, target, actor))
    yield result("undo", rows, spent, limit)


def undo(model: type[Record], target: ChangeSet, actor: Actor) -> None:
    """As `undoing.run` does it; the scratch entity is not published."""
    opened = undoing.open_undo(target, by=actor)
    merge = staging.stage(ReverseMerge(model, target, opened.pk))
    with transaction.atomic():
        look_ahead(merge)
    change_set = open_change_set(target.entity, by=actor, at=timezone.now(), kind=ChangeSet.Kind.UNDO, undoes=target)
    done = put_all_back([Writing(merge, change_set, opened)], undoing.UndoCheckpoint())
    bulk.tidy(model, rows=done.counts.records)
    staging.drop(merge)
