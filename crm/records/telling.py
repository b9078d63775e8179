"""The history in words: labels and shown values instead of names and JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

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
    changes: list[ToldChange]


def told(events: Iterable[RecordEvent], fields: Iterable[FieldDefinition]) -> list[ToldEvent]:
    """Only fields that the reader may see are told."""
    known = {field.name: field for field in fields}
    return [ToldEvent(event, _what(event), channel_of(event.change_set), _changes(event, known)) for event in events]


def _what(event: RecordEvent) -> str:
    words = {
        RecordChange.Kind.CREATE: _("Created"),
        RecordChange.Kind.UPDATE: _("Changed"),
        RecordChange.Kind.DELETE: _("Deleted"),
    }
    return words[RecordChange.Kind(event.change.kind)]


def channel_of(change_set: ChangeSet) -> str:
    """By which way it was written, and which one."""
    words = {
        "page": _("on a page"),
        "key": _("by API key"),
        "command": _("by a command"),
        "worksheet": _("by worksheet"),
        "undo": _("by an undo"),
        "job": _("by a job"),
    }
    way = words.get(change_set.channel, change_set.channel)
    return " ".join(filter(None, [way, change_set.reference]))


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
