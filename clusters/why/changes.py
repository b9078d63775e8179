"""When a field of records last changed, and by whom: read from the change history."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import Record


def last_changes(records: Sequence[Record], field: str) -> dict[str, ChangeSet]:
    """By record id, the change-set that last changed the field, or created the record: one query.

    A record whose history is gone is left out.
    """
    if not records:
        return {}
    changed = Q(kind=RecordChange.Kind.UPDATE, before__has_key=field) | Q(kind=RecordChange.Kind.CREATE)
    entity, ids = records[0].entity.acronym, [record.pk for record in records]
    changes = RecordChange.objects.filter(changed, entity=entity, record_id__in=ids).select_related("change_set").order_by("id")
    return {change.record_id: change.change_set for change in changes}


def last_flip(record: Record, field: str, is_member: Callable[[Any], bool]) -> ChangeSet | None:  # Any: JSON values
    """The change-set by which the record's present state, in or out, came about; None where the history is gone.

    A change of the field may leave the state as it is, as of who is out and moves from one other tier to the next.
    """
    changed = Q(kind=RecordChange.Kind.UPDATE, before__has_key=field) | Q(kind=RecordChange.Kind.CREATE)
    changes = RecordChange.objects.filter(changed, entity=record.entity.acronym, record_id=record.pk).select_related("change_set")
    for change in changes.order_by("-id"):
        if change.kind == RecordChange.Kind.CREATE or is_member((change.before or {}).get(field)) != is_member(
            getattr(record, field)
        ):
            return change.change_set
    return None


def author_of(change: ChangeSet) -> str:
    """`Ada, worksheet 42` in the reader's language; of the operator's commands `operator, by command`."""
    if change.channel == "command" and change.user is None:
        return change.who
    words = {"page": _("page"), "key": _("key"), "command": _("command"), "job": _("job")}
    words |= {"worksheet": _("worksheet"), "undo": _("undo")}
    channel = " ".join(filter(None, [words.get(change.channel, change.channel), change.reference]))
    return ", ".join(filter(None, [change.who, channel]))
