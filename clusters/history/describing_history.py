"""A history as plain values, for commands and the API (contract §2)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from clusters.history.reading import Day
from clusters.models import MembershipEvent
from clusters.why.changes import author_of
from crm.records.models import ChangeSet

AT_ONCE = 1_000  # events whose change-sets are read together


def day_facts(days: Iterable[Day]) -> list[dict[str, Any]]:  # Any: JSON values
    return [{"date": day.date.isoformat(), "size": day.size, "joined": day.joined, "left": day.left} for day in days]


def event_facts(events: Iterable[MembershipEvent]) -> Iterator[dict[str, Any]]:  # Any: JSON values
    waiting = iter(events)
    while some := list(islice(waiting, AT_ONCE)):
        authors = authors_of(some)
        yield from (_event(event, authors) for event in some)


def authors_of(events: Iterable[MembershipEvent]) -> dict[int, str]:
    """By change-set, in one query."""
    numbers = {event.change_set for event in events if event.change_set}
    return {number: author_of(change) for number, change in ChangeSet.objects.in_bulk(numbers).items()}


def _event(event: MembershipEvent, authors: Mapping[int, str]) -> dict[str, Any]:  # Any: JSON values
    return {
        "record": event.record,
        "at": event.at.isoformat(),
        "after": event.after.isoformat() if event.after else None,
        "joined": event.joined,
        "cause": event.cause,
        "by": authors.get(event.change_set or 0),
        "change_set": event.change_set,
    }
