"""The audit trail as administrators read it: narrowed, page by page, with names instead of ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.people.models import AuditEvent, Role, User

PAGE_SIZE = 50
NAMES_SHOWN = 8  # of a list of fields or entities


@dataclass(frozen=True)
class AuditQuery:
    """`person` acted or is the subject; `until` is included; `after` is the id of the event above the page."""

    verb: str = ""
    person: User | None = None
    since: date | None = None
    until: date | None = None
    after: int | None = None


@dataclass(frozen=True)
class AuditEntry:
    """An event in words."""

    event: AuditEvent
    subject: str
    details: str


@dataclass(frozen=True)
class AuditPage:
    entries: list[AuditEntry]
    next: int | None


def audit_page(query: AuditQuery) -> AuditPage:
    """Newest first, in a constant number of queries."""
    events = list(_found(query)[: PAGE_SIZE + 1])
    shown = events[:PAGE_SIZE]
    return AuditPage(describe(shown), shown[-1].pk if len(events) > PAGE_SIZE else None)


def describe(events: Iterable[AuditEvent]) -> list[AuditEntry]:
    events = list(events)
    names = _names(event.subject for event in events)
    return [AuditEntry(event, names.get(event.subject, event.subject), _details(event.details)) for event in events]


def _found(query: AuditQuery) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.all()
    if query.verb:
        events = events.filter(verb=query.verb)
    if query.person:
        events = events.filter(Q(user=query.person) | Q(subject=str(query.person.pk)))
    if query.since:
        events = events.filter(at__gte=_midnight(query.since))
    if query.until:
        events = events.filter(at__lt=_midnight(query.until + timedelta(days=1)))
    last = AuditEvent.objects.filter(pk=query.after).first() if query.after is not None else None
    return events.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else events


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def _names(subjects: Iterable[str]) -> dict[str, str]:
    """The names of the users among the subjects, by id."""
    ids = {subject for subject in subjects if _is_uuid(subject)}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _details(details: Mapping[str, Any]) -> str:  # Any: JSON values
    changes = [
        f"{_text(details[old])} → {_text(details[new])}" for old, new in (("from", "to"), ("before", "after")) if new in details
    ]
    labels = _labels()
    facts = [f"{label}: {_text(details[name])}" for name, label in labels.items() if details.get(name) not in (None, [], "")]
    return " · ".join([*changes, *facts])


def _text(value: Any) -> str:  # Any: a JSON value
    if isinstance(value, int):
        return local_number(value)
    if isinstance(value, list):
        rest = [f"+{len(value) - NAMES_SHOWN}"] if len(value) > NAMES_SHOWN else []
        return ", ".join([*map(str, value[:NAMES_SHOWN]), *rest])
    return str(Role(value).label) if value in Role.values else str(value)


def _labels() -> dict[str, str]:
    return {
        "role": _("role"),
        "rows": _("rows"),
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "skipped": _("skipped"),
        "errors": _("refused"),
        "leaving": _("left the cluster"),
        "restored": _("restored"),
        "removed": _("removed"),
        "kept_values": _("values kept"),
        "steps": _("steps"),
        "operations": _("operations"),
        "values_left_out": _("values left out"),
        "entities": _("entities"),
        "fields": _("fields"),
        "format": _("format"),
        "cluster": _("cluster"),
        "address": _("sent to"),
        "kept": _("note"),
        "what": _("changed"),
    }
