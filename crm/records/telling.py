"""The history in words: labels and shown values instead of names and JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.rules import may
from crm.records.history import RecordEvent
from crm.records.models import ChangeSet, RecordChange
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue


@dataclass(frozen=True)
class ToldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ToldEvent:
    """One act as the history page shows it."""

    event: RecordEvent
    what: str
    channel: str
    url: str
    changes: list[ToldChange]


def told(events: Iterable[RecordEvent], fields: Iterable[FieldDefinition], *, reader: Actor) -> list[ToldEvent]:
    """Only fields that the reader may see are told."""
    known = {field.name: field for field in fields}
    return [_told(event, known, reader) for event in events]


def _told(event: RecordEvent, known: dict[str, FieldDefinition], reader: Actor) -> ToldEvent:
    act = event.change_set
    channel, url = channel_of(act, event.change.row), address_of(act, reader)
    return ToldEvent(event, _what(event), channel, url, _changes(event, known))


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


def _changes(event: RecordEvent, known: dict[str, FieldDefinition]) -> list[ToldChange]:
    """In the order of the fields."""
    found = {change.field: change for change in event.fields}
    shown = ((field, found[name]) for name, field in known.items() if name in found)
    return [ToldChange(field.label, _text(field, change.before), _text(field, change.after)) for field, change in shown]


def _text(field: FieldDefinition, value: Any) -> str:  # Any: JSON values
    field_type = fieldtypes.get(field.type)
    try:
        typed = field_type.from_history(value, field)
    except InvalidValue:
        return str(value)
    return "" if typed is None else field_type.display(typed, field)
