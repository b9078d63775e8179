"""Stored phones, documents and keys brought into one form: with history, in batches, as one change-set that can be undone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.jobs import locking
from crm.jobs.lease import RunningJob
from crm.records import bulk
from crm.records.models import ChangeSet
from crm.records.writing.recording import open_change_set
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes import InvalidValue
from crm.schema.generated import current
from crm.schema.record import Record

KIND = "normalize"
BATCH = 20_000


@dataclass(frozen=True)
class NormalizingProgress:
    """The job's checkpoint: up to which record; how many records changed and how many hold what does not fit, which stays."""

    after: str = ""
    looked_at: int = 0
    changed: int = 0
    kept: int = 0
    change_set: int | None = None


@dataclass(frozen=True)
class NormalizedRow:
    record_id: str
    values: tuple[str | None, ...]
    is_changed: bool
    has_misfit: bool


def normalized_fields(entity: EntityDefinition) -> list[FieldDefinition]:
    return [field for field in entity.visible_fields if field.column and fieldtypes.has_one_form(field)]


def normalize(job: RunningJob) -> dict[str, Any]:  # Any: JSON values
    """Of the entity that the job is about, from the checkpoint on."""
    with (
        locking.held(locking.entity_lock_name(job.subject), waiting=lambda: job.beat(phase=_("waiting for an import"))),
        current.pinned() as generated,
    ):
        model, done = generated[job.subject], NormalizingProgress(**job.checkpoint)
        fields = normalized_fields(model.entity)
        while fields and (batch := _next_batch(job, model, fields, done)):
            done = batch
    return {"changed": done.changed, "kept": done.kept, "change_set": done.change_set}


@transaction.atomic
def _next_batch(
    job: RunningJob, model: type[Record], fields: Sequence[FieldDefinition], done: NormalizingProgress
) -> NormalizingProgress | None:
    """Looks at the next records, which are locked meanwhile; None when none is left."""
    names = [field.name for field in fields]
    stored = model.objects.filter(pk__gt=done.after).order_by("pk").select_for_update().values_list("pk", *names)[:BATCH]
    rows = [normalized(record_id, values, fields) for record_id, *values in stored]
    if not rows:
        return None
    wanted = [row for row in rows if row.is_changed]
    change_set = _change_set(job, done) if wanted else None
    changed = _write(job, model, names, wanted, change_set) if change_set else 0
    if change_set and not changed and done.change_set is None:
        change_set.delete()  # all of it would repeat unique values
        change_set = None
    done = replace(
        done,
        after=str(rows[-1].record_id),
        looked_at=done.looked_at + len(rows),
        changed=done.changed + changed,
        kept=done.kept + sum(row.has_misfit for row in rows) + len(wanted) - changed,
        change_set=change_set.pk if change_set else done.change_set,
    )
    job.save_checkpoint(asdict(done), done=done.looked_at)
    return done


def normalized(record_id: str, values: Sequence[str | None], fields: Sequence[FieldDefinition]) -> NormalizedRow:
    """A record's values in their one form; what does not fit its field stays."""
    found = [in_one_form(value, field) for value, field in zip(values, fields, strict=True)]
    misfits = [value is not None and one is None for value, one in zip(values, found, strict=True)]
    kept = tuple(value if one is None else one for value, one in zip(values, found, strict=True))
    return NormalizedRow(record_id, kept, kept != tuple(values), any(misfits))


def in_one_form(value: str | None, field: FieldDefinition) -> str | None:
    """None for what does not fit the field."""
    try:
        return None if value is None else fieldtypes.get(field.type).clean(value, field)
    except InvalidValue:
        return None


def _write(
    job: RunningJob, model: type[Record], names: Sequence[str], rows: Sequence[NormalizedRow], change_set: ChangeSet
) -> int:
    """How many records changed; a row whose value would repeat a unique one is refused, and its record stays as it is."""
    merge = bulk.Merge(model, f"staging_normalize_{job.id.hex[:12]}", ("id",), ("id", *names), mode="update")
    bulk.create_staging(merge)
    numbers, ids = list(range(1, len(rows) + 1)), [row.record_id for row in rows]
    columns = [list(column) for column in zip(*(row.values for row in rows), strict=True)]
    bulk.stage(merge, [bulk.pack([numbers, ids, *columns, [None] * len(rows)])])
    bulk.difference(merge)
    changed = bulk.apply_chunk(merge, change_set, after_row=0, size=len(rows)).updated
    bulk.drop_staging(merge)
    return changed


def _change_set(job: RunningJob, done: NormalizingProgress) -> ChangeSet:
    """One, however often the job is resumed."""
    known = ChangeSet.objects.filter(pk=done.change_set).first() if done.change_set else None
    summary = _("phones, documents and keys in one form")
    return known or open_change_set(job.subject, by=job.actor("job"), at=timezone.now(), summary=summary)
