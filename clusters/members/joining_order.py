"""The members of a cluster in the order in which they joined, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from clusters import membership
from clusters.models import Cluster, MembershipEvent
from crm.parameters import whole_number
from crm.records.errors import BadQuery
from crm.records.lists.paging import Page
from crm.schema.generated import current
from crm.schema.record import Record


@dataclass(frozen=True)
class Place:
    """A member in that order: the event by which the record joined, None where it was in before anything was stored."""

    record: str
    event: MembershipEvent | None = None

    def __str__(self) -> str:
        """As a cursor."""
        return f"event {self.event.pk}" if self.event else f"record {self.record}"


def page_by_joining(cluster: Cluster, *, newest_first: bool, after: str = "", before: str = "", size: int) -> Page[Record]:
    """Of whom it is unknown joined before all others. Constant queries. Raises RuleError, BadQuery for a damaged cursor."""
    backwards, cursor = bool(before), _place(cluster, before or after)
    found = _take(cluster, newest_first != backwards, cursor, size + 1)
    more, places = len(found) > size, found[:size]
    if backwards:
        places.reverse()
    has_next, has_previous = (bool(places), more) if backwards else (more, bool(cursor and places))
    return Page(
        _records(cluster, places),
        after=str(places[-1]) if has_next else None,
        before=str(places[0]) if has_previous else None,
    )


def _place(cluster: Cluster, cursor: str) -> Place | None:
    kind, _space, key = cursor.partition(" ")
    if not cursor:
        return None
    if kind == "record" and key:
        return Place(key)
    event = cluster.events.filter(pk=whole_number(key, 0)).first() if kind == "event" else None
    if event is None:
        raise BadQuery(_("This page address is damaged. Begin again at the first page."))
    return Place(event.record, event)


def _take(cluster: Cluster, newest_first: bool, cursor: Place | None, wanted: int) -> list[Place]:
    found: list[Place] = []
    is_known = newest_first if cursor is None else cursor.event is not None
    found += (_known if is_known else _unknown)(cluster, newest_first, cursor, wanted)
    if is_known == newest_first and len(found) < wanted:
        found += (_unknown if is_known else _known)(cluster, newest_first, None, wanted - len(found))
    return found


def _known(cluster: Cluster, newest_first: bool, cursor: Place | None, wanted: int) -> list[Place]:
    events = _joins(cluster).filter(Exists(membership.members(cluster).filter(pk=OuterRef("record"))))
    if cursor and cursor.event:
        beyond = "lt" if newest_first else "gt"
        tie = Q(("at", cursor.event.at), (f"pk__{beyond}", cursor.event.pk))
        events = events.filter(Q((f"at__{beyond}", cursor.event.at)) | tie)
    order = ("-at", "-pk") if newest_first else ("at", "pk")
    return [Place(event.record, event) for event in events.order_by(*order)[:wanted]]


def _unknown(cluster: Cluster, newest_first: bool, cursor: Place | None, wanted: int) -> list[Place]:
    records = membership.members(cluster).filter(~Exists(_joins(cluster).filter(record=OuterRef("pk"))))
    if cursor:
        records = records.filter(**{"pk__lt" if newest_first else "pk__gt": cursor.record})
    found = records.order_by("-pk" if newest_first else "pk").values_list("pk", flat=True)
    return [Place(pk) for pk in found[:wanted]]


def _joins(cluster: Cluster) -> QuerySet[MembershipEvent]:
    """The last events of records, where they joined by them."""
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    others = MembershipEvent.objects.filter(later, cluster=cluster, record=OuterRef("record"))
    return cluster.events.filter(~Exists(others), joined=True)


def _records(cluster: Cluster, places: Sequence[Place]) -> list[Record]:
    found = current.models()[cluster.entity].objects.in_bulk([place.record for place in places])
    return [found[place.record] for place in places if place.record in found]
