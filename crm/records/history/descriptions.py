"""The history in words: labels and shown values instead of names and JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.exact_texts import TextPair, distinguished
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
    """One event as the history page shows it."""

    event: RecordEvent
    what: str
    channel: str
    url: str
    changes: list[ChangeDescription]


def describe_events(events: Iterable[RecordEvent], fields: Iterable[FieldDefinition], *, reader: Actor) -> list[EventDescription]:
    """The events in words; of their changes only the given fields, which the reader may see."""
    described = [_describe(event, reader) for event in events]
    for field in fields:
        _add_changes(field, described)
    return described


def _describe(event: RecordEvent, reader: Actor) -> EventDescription:
    change_set = event.change_set
    return EventDescription(
        event, _what(event), channel_of(change_set, event.change.row, reader=reader), address_of(change_set, reader), []
    )


def _what(event: RecordEvent) -> str:
    words = {
        RecordChange.Kind.CREATE: _("Created"),
        RecordChange.Kind.UPDATE: _("Changed"),
        RecordChange.Kind.DELETE: _("Deleted"),
    }
    return words[RecordChange.Kind(event.change.kind)]


def channel_of(change_set: ChangeSet, row: int | None = None, *, reader: Actor) -> str:
    """The channel, with the worksheet and its row, the key and so on. Empty where `ChangeSet.who` names it."""
    if change_set.kind == ChangeSet.Kind.UNDO:
        return _("by undoing %(what)s") % {"what": _undone(change_set, reader)}
    if change_set.kind == ChangeSet.Kind.REDO:
        return _("by redoing %(what)s") % {"what": _undone(change_set, reader)}
    if change_set.channel == "worksheet":
        return _imported(change_set.reference, row)
    if change_set.channel == "command" and change_set.user is None:
        return ""  # the operator is named by the channel
    words = {"page": _("on a page"), "key": _("by API key"), "command": _("by a command"), "job": _("by a job")}
    way = words.get(change_set.channel, change_set.channel)
    return " ".join(filter(None, [way, change_set.reference]))


def _undone(change_set: ChangeSet, reader: Actor) -> str:
    """“#12 file.csv”; for those who may not open what others import only the number. Other names are nobody's own."""
    number, _blank, file = change_set.summary.partition(" ")
    is_hidden = number.startswith("#") and file and not may(reader, "oversee", change_set.entity)
    return number if is_hidden else change_set.summary


def _imported(worksheet: str, row: int | None) -> str:
    if row is None:
        return _("imported by #%(worksheet)s") % {"worksheet": worksheet}
    return _("imported by #%(worksheet)s, row %(row)s") % {"worksheet": worksheet, "row": row}


def address_of(change_set: ChangeSet, reader: Actor) -> str:
    """The page of the worksheet or undo that wrote it, where there is one that the reader may open; else empty."""
    if not change_set.reference.isdecimal():
        return ""
    if change_set.kind != ChangeSet.Kind.WRITE:
        return reverse("undo", args=[change_set.reference]) if may(reader, "undo", change_set.entity) else ""
    is_import = change_set.channel == "worksheet" and may(reader, "import", change_set.entity, owner=change_set.user)
    return reverse("worksheet", args=[change_set.reference]) if is_import else ""


def _add_changes(field: FieldDefinition, described: list[EventDescription]) -> None:
    """Adds to each event its change of the field. All texts are made together, since some types query other tables for them."""
    found = [(entry, change) for entry in described for change in entry.event.fields if change.field == field.name]
    texts = iter(_text_pairs(field, [value for _entry, change in found for value in (change.before, change.after)]))
    for entry, _change in found:
        entry.changes.append(ChangeDescription(field.label, *next(texts)))


def _text_pairs(field: FieldDefinition, values: list[Any]) -> Iterator[TextPair]:  # Any: JSON values, two of each change
    if not values:
        return
    kind, typed, strange = fieldtypes.get(field.type), [], {}
    for place, value in enumerate(values):
        try:
            typed.append(None if value is None else kind.from_history(value, field))
        except InvalidValue:
            typed.append(None)
            strange[place] = str(value)
    texts = [strange.get(place, text) for place, text in enumerate(kind.display_column(typed, field))]
    for at in range(0, len(texts), 2):
        yield distinguished((texts[at], texts[at + 1]), (typed[at], typed[at + 1]), field)
