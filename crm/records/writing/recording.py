"""Recording the change of one record: who, when, by which channel, and what was there before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crm.people.actors import Actor
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing.json_values import snapshot
from crm.schema.generated import current
from crm.schema.record import Record


def open_change_set(
    entity: str, *, by: Actor, at: datetime, kind: str = ChangeSet.Kind.WRITE, summary: str = "", undoes: ChangeSet | None = None
) -> ChangeSet:
    return ChangeSet.objects.create(
        at=at,
        user=by.user_id,
        user_name=by.name,
        channel=by.channel,
        reference=by.reference,
        entity=entity,
        kind=kind,
        summary=summary,
        publication=current.models().number,
        undoes=undoes.pk if undoes else None,
        root=undoes.family if undoes else None,
    )


def record_deletions(records: Sequence[Record], *, by: Actor, at: datetime) -> None:
    """Records the whole row of each, as one change-set of the last one's entity."""
    change_set = open_change_set(records[-1].entity.acronym, by=by, at=at)
    changes = (
        RecordChange(
            change_set=change_set,
            entity=record.entity.acronym,
            record_id=record.pk,
            kind=RecordChange.Kind.DELETE,
            before=snapshot(record, [column.name for column in record._meta.concrete_fields]),
            at=at,
        )
        for record in records
    )
    RecordChange.objects.bulk_create(changes, batch_size=500)


def record_change(
    record: Record,
    kind: RecordChange.Kind,
    before: Mapping[str, Any] | None,  # Any: JSON values
    *,
    by: Actor,
    at: datetime,
    undoes: ChangeSet | None = None,
    reason: str = "",
) -> RecordChange:
    entity = record.entity.acronym
    change_set = open_change_set(entity, by=by, at=at, undoes=undoes, summary=reason)
    return RecordChange.objects.create(change_set=change_set, entity=entity, record_id=record.pk, kind=kind, before=before, at=at)
