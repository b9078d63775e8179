"""A cluster's history as values: its size day by day, who joined and left, and who was in at any past moment."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.errors import InvalidCluster, UnknownPast
from clusters.history.refreshing import refresh
from clusters.models import Cluster, ClusterCount, CurrentMember, MembershipEvent
from crm.records.models import RecordChange

DAYS = 30  # that are shown unless said otherwise
MOST_DAYS = 3_660


@dataclass(frozen=True)
class Day:
    """`size` at the day's end; None before anything is known."""

    date: date
    size: int | None
    joined: int
    left: int


def last_count(cluster: Cluster) -> ClusterCount:
    """Of a field the history is read first; of a rule the last comparison stands, unless there was none."""
    if not membership.is_archived(cluster) and (not membership.has_rule(cluster) or _is_unknown(cluster)):
        refresh(cluster)
    found = ClusterCount.objects.filter(cluster=cluster).first()
    if found is None or found.known_from is None:
        raise InvalidCluster(_("The rule of “%s” cannot be evaluated, and nothing is known of its past.") % cluster.label)
    return found


def read_on(cluster: Cluster) -> None:
    """What was written since the last comparison of a cluster that people fill. Where nothing can be stored, as on a disk that is
    full, that comparison stands.
    """
    if not membership.is_archived(cluster) and not membership.has_rule(cluster) and _has_unread(cluster):
        with suppress(OperationalError):
            refresh(cluster)


def days(cluster: Cluster, first: date | None = None, last: date | None = None) -> list[Day]:
    """Each day from the first to the last, the last thirty unless said otherwise. Raises InvalidCluster."""
    return days_known(last_count(cluster), first, last)


def days_known(count: ClusterCount, first: date | None = None, last: date | None = None) -> list[Day]:
    """As of the last comparison. Raises InvalidCluster."""
    cluster, zone = count.cluster, ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate(timezone=zone)
    last = min(last or today, today)
    first = first or last - timedelta(days=DAYS - 1)
    if first > last or (last - first).days > MOST_DAYS:
        raise InvalidCluster(_("The first day is after the last one, or more than ten years before it."))
    moves = _by_day(cluster, first, zone)
    joined, left = moves[True], moves[False]
    size, found = count.members or 0, list[Day]()
    known_from = timezone.localdate(count.known_from, zone) if count.known_from else today
    for back in range((today - first).days + 1):
        day = today - timedelta(days=back)
        if day <= last:
            found.append(Day(day, size if day >= known_from else None, joined.get(day, 0), left.get(day, 0)))
        size += left.get(day, 0) - joined.get(day, 0)
    return found[::-1]


def events(cluster: Cluster, first: date | None = None, last: date | None = None) -> QuerySet[MembershipEvent]:
    """The oldest first."""
    return events_of([cluster], first, last).order_by("at", "id")


def events_of(clusters: Iterable[Cluster], first: date | None = None, last: date | None = None) -> QuerySet[MembershipEvent]:
    """In no order."""
    found = MembershipEvent.objects.filter(cluster__in=clusters).order_by()
    start, end = day_bounds(first, last)
    if start:
        found = found.filter(at__gte=start)
    return found.filter(at__lt=end) if end else found


def day_bounds(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments at which the first day begins and the last one is over, in the site's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(first, datetime.min.time(), zone) if first else None
    return start, datetime.combine(last + timedelta(days=1), datetime.min.time(), zone) if last else None


def members_at(cluster: Cluster, moment: datetime) -> set[str]:
    """The ids of who was in: those who are in, with every join and leave since then taken back. Raises InvalidCluster."""
    count = last_count(cluster)
    if moment > timezone.now():
        raise InvalidCluster(_("That moment is still to come."))
    if count.known_from is not None and moment < count.known_from:
        raise UnknownPast(cluster.label, count.known_from)
    found = set(CurrentMember.objects.filter(cluster=cluster).values_list("record", flat=True))
    later = cluster.events.filter(at__gt=moment).order_by("-at", "-id").values_list("record", "joined")
    for record, joined in later.iterator():
        (found.discard if joined else found.add)(record)
    return found


def last_events(cluster: Cluster, records: Iterable[str]) -> dict[str, MembershipEvent]:
    """The last event of each record that has one."""
    return {event.record: event for event in cluster.events.filter(record__in=list(records)).order_by("at", "id")}


def _is_unknown(cluster: Cluster) -> bool:
    return not ClusterCount.objects.filter(cluster=cluster, known_from__isnull=False).exists()


def _has_unread(cluster: Cluster) -> bool:
    """Return True if its field was written since; what was committed late is read by the next comparison."""
    count = ClusterCount.objects.filter(cluster=cluster).first()
    if count is None or count.counted_at is None:
        return True
    written = Q(before__has_key=cluster.field) | ~Q(kind=RecordChange.Kind.UPDATE)
    since = RecordChange.objects.filter(entity=cluster.entity, pk__gte=count.unread, at__gte=count.counted_at)
    return since.filter(written).exists()


def _by_day(cluster: Cluster, first: date, zone: ZoneInfo) -> dict[bool, dict[date, int]]:
    """How many joined (True) and left (False) each day."""
    found: dict[bool, dict[date, int]] = {True: {}, False: {}}
    counted = events(cluster, first).order_by().annotate(day=TruncDate("at", tzinfo=zone)).values_list("joined", "day")
    for joined, day, n in counted.annotate(n=Count("pk")):
        found[joined][day] = n
    return found
