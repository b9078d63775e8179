"""The history in words: labels and shown values instead of names and JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.rules import may
from crm.records.history.events import RecordEvent
from crm.records.models import ChangeSet, RecordChange
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue


@dataclass(frozen=True)
class ChangeDescription:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class EventDescription:
    """One act as the history page shows it."""

    event: RecordEvent
    what: str
    channel: str
    url: str
    changes: list[ChangeDescription]


def describe_events(events: Iterable[RecordEvent], fields: Iterable[FieldDefinition], *, reader: Actor) -> list[EventDescription]:
    """Only fields that the reader may see are told."""
    told_events = [_told(event, reader) for event in events]
    for field in fields:
        _tell(field, told_events)
    return told_events


def _told(event: RecordEvent, reader: Actor) -> EventDescription:
    act = event.change_set
    return EventDescription(event, _what(event), channel_of(act, event.change.row), address_of(act, reader), [])


def _what(event: RecordEvent) -> str:
    words = {
        RecordChange.Kind.CREATE: _("Created"),
        RecordChange.Kind.UPDATE: _("Changed"),
        RecordChange.Kind.DELETE: _("Deleted"),
    }
    return words[RecordChange.Kind(event.change.kind)]


def channel_of(change_set: ChangeSet, row: int | None = None) -> str:
    """By which way it was written, and which one; of a worksheet which row."""
    if change_set.kind == ChangeSet.Kind.UNDO:
        return _("by undoing %(what)s") % {"what": change_set.summary}
    if change_set.kind == ChangeSet.Kind.REDO:
        return _("by redoing %(what)s") % {"what": change_set.summary}
    if change_set.channel == "worksheet":
        return _imported(change_set.reference, row)
    words = {"page": _("on a page"), "key": _("by API key"), "command": _("by a command"), "job": _("by a job")}
    way = words.get(change_set.channel, change_set.channel)
    return " ".join(filter(None, [way, change_set.reference]))


def _imported(worksheet: str, row: int | None) -> str:
    if row is None:
        return _("imported by #%(worksheet)s") % {"worksheet": worksheet}
    return _("imported by #%(worksheet)s, row %(row)s") % {"worksheet": worksheet, "row": row}


def address_of(change_set: ChangeSet, reader: Actor) -> str:
    """The page of what wrote it, where there is one that the reader may open."""
    if not change_set.reference.isdecimal():
        return ""
    if change_set.kind != ChangeSet.Kind.WRITE:
        return reverse("undo", args=[change_set.reference]) if may(reader, "undo", change_set.entity) else ""
    is_import = change_set.channel == "worksheet" and may(reader, "import", change_set.entity)
    return reverse("worksheet", args=[change_set.reference]) if is_import else ""


def _tell(field: FieldDefinition, told_events: list[EventDescription]) -> None:
    """Adds what each event says of a field: its texts are made together, since some types ask other tables for them."""
    found = [
        (told_event, change) for told_event in told_events for change in told_event.event.fields if change.field == field.name
    ]
    texts = iter(_texts(field, [value for _event, change in found for value in (change.before, change.after)]))
    for told_event, _change in found:
        told_event.changes.append(ChangeDescription(field.label, next(texts), next(texts)))


def _texts(field: FieldDefinition, values: list[Any]) -> list[str]:  # Any: JSON values
    if not values:
        return []
    kind, typed, strange = fieldtypes.get(field.type), [], {}
    for place, value in enumerate(values):
        try:
            typed.append(None if value is None else kind.from_history(value, field))
        except InvalidValue:
            typed.append(None)
            strange[place] = str(value)
    return [strange.get(place, text) for place, text in enumerate(kind.display_column(typed, field))]
