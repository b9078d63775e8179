"""Bringing a deleted record back, with its id."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.records.errors import InvalidRecord
from crm.records.models import RecordChange
from crm.records.validating import empty_value
from crm.records.writing.json_values import typed_values
from crm.records.writing.saving import insert
from crm.schema import fieldtypes
from crm.schema.record import Record, related_records


@transaction.atomic
def restore(model: type[Record], record_id: str, *, by: Actor) -> tuple[Record, int]:
    """The record as it was when it was deleted, with those that were deleted because they referred to it; and the number of all.

    Raises InvalidRecord when it was not deleted, a unique value was taken since, or what it refers to no longer exists.
    """
    record, count = _restore(model, record_id, by=by)
    record_event(by, "restore", subject=model.entity.acronym, details={"rows": count})
    return record, count


def _restore(model: type[Record], record_id: str, *, by: Actor) -> tuple[Record, int]:
    change = _last_change(model, record_id)
    if change is None or change.kind != RecordChange.Kind.DELETE or change.before is None:
        raise InvalidRecord({"id": _("There is no deleted record “%(id)s” to restore.") % {"id": record_id}})
    record = _former_record(model, change.before)
    insert(record, by=by, undoes=change.change_set)
    return record, 1 + sum(_restore(other, pk, by=by)[1] for other, pk in _deleted_with(record, change))


def _former_record(model: type[Record], before: Mapping[str, Any]) -> Record:
    record = model(**_never_null(model) | typed_values(model, before))
    record.crm_version = (record.crm_version or 0) + 1
    return record


def _deleted_with(record: Record, change: RecordChange) -> Iterator[tuple[type[Record], str]]:
    """The records that were deleted in the same change-set and referred to this one."""
    for relation in record._meta.related_objects:
        other, name = related_records(relation), relation.field.name
        gone = RecordChange.objects.filter(
            change_set=change.change_set_id,
            entity=other.entity.acronym,
            kind=RecordChange.Kind.DELETE,
            **{f"before__{name}": record.pk},
        ).exclude(record_id=record.pk)
        for pk in gone.values_list("record_id", flat=True):
            if not other.objects.filter(pk=pk).exists():
                yield other, pk


def _last_change(model: type[Record], record_id: str) -> RecordChange | None:
    changes = RecordChange.objects.filter(entity=model.entity.acronym, record_id=record_id)
    return changes.select_related("change_set").order_by("-id").first()


def _never_null(model: type[Record]) -> dict[str, bool]:
    fields = (field for field in model.entity.visible_fields if field.column)
    return {field.name: empty_value(field) for field in fields if fieldtypes.get(field.type).needs_default}
