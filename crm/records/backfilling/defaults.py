"""A field's default for the records that have no value: on request, with history, in batches."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.jobs import locking
from crm.jobs.lease import RunningJob
from crm.records import bulk
from crm.records.errors import BadQuery
from crm.records.models import ChangeSet
from crm.records.validating import default_value
from crm.records.writing.recording import open_change_set
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.record import Record

BATCH = 20_000


@dataclass(frozen=True)
class BackfillProgress:
    """The job's checkpoint: up to which record, how many are filled, the
    one change-set of all runs, and the publication they began under."""

    after: str = ""
    filled: int = 0
    change_set: int | None = None
    publication: int | None = None


def backfill(job: RunningJob) -> dict[str, Any]:
    """Fills `CL.tier` (the job's subject) from the checkpoint on, with the default that the field had when this began.

    Raises BadQuery when there is nothing to fill with.
    """
    acronym, _dot, name = job.subject.partition(".")
    with (
        locking.held(locking.entity_lock_name(acronym), waiting=lambda: job.beat(phase=_("waiting for an import"))),
        current.pinned() as generated,
    ):
        done = _begun(job, generated.number)
        model = current.showing(acronym, {name})
        field, value = _fillable(model, name, done)
        change_set = _change_set(job, acronym, field, done)
        while batch := _next_batch(job, model, field, value, change_set, done):
            done = batch
    return {"filled": done.filled}


def _begun(job: RunningJob, publication: int) -> BackfillProgress:
    """How far it is; the first run notes the publication that it begins under."""
    done = BackfillProgress(**job.checkpoint)
    if not job.checkpoint:
        done = replace(done, publication=publication)
        job.save_checkpoint(asdict(done))
    return done


def _fillable(model: type[Record], name: str, done: BackfillProgress) -> tuple[FieldDefinition, object]:
    field = model.entity.field(name)
    value = default_value(_as_begun(field, model.entity.acronym, done)) if field and field.column and not field.unique else None
    if field is None or value is None:
        raise BadQuery(_("%(field)s has no default that many records could have.") % {"field": name})
    return field, value


def _as_begun(field: FieldDefinition, acronym: str, done: BackfillProgress) -> FieldDefinition:
    """The field with the default that it had when the back-fill began."""
    if done.publication is None:
        return field
    entity = current.of_publication(done.publication).snapshot.entities.get(acronym)
    before = entity.field(field.name) if entity else None
    return replace(field, default=before.default) if before else field


@transaction.atomic
def _next_batch(
    job: RunningJob, model: type[Record], field: FieldDefinition, value: object, change_set: ChangeSet, done: BackfillProgress
) -> BackfillProgress | None:
    """Fills the next records; None when none is left. They are locked, so that nobody's own value is overwritten."""
    empty = model.objects.filter(**{f"{field.name}__isnull": True, "pk__gt": done.after}).order_by("pk")
    ids = list(empty.select_for_update().values_list("pk", flat=True)[:BATCH])
    if not ids:
        return None
    merge = bulk.Merge(model, f"staging_backfill_{job.id.hex[:12]}", ("id",), ("id", field.name), mode="update")
    bulk.create_staging(merge)
    bulk.stage(merge, [bulk.pack([list(range(1, len(ids) + 1)), ids, [value] * len(ids), [None] * len(ids)])])
    bulk.difference(merge)
    filled = bulk.apply_chunk(merge, change_set, after_row=0, size=len(ids)).updated
    bulk.drop_staging(merge)
    done = replace(done, after=str(ids[-1]), filled=done.filled + filled, change_set=change_set.pk)
    job.save_checkpoint(asdict(done), done=done.filled)
    return done


def _change_set(job: RunningJob, acronym: str, field: FieldDefinition, done: BackfillProgress) -> ChangeSet:
    """One change-set, however often the job is resumed."""
    known = ChangeSet.objects.filter(pk=done.change_set).first() if done.change_set else None
    summary = _("default of %s") % field.name
    return known or open_change_set(acronym, by=job.actor("job"), at=timezone.now(), summary=summary)
