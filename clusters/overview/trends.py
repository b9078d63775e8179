"""How clusters grew in the last thirty days: the change, and their size day by day as a small line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from clusters.models import ClusterCount, MembershipEvent

DAYS = 30
WIDTH, HEIGHT, EDGE = 84, 22, 3  # of the line


@dataclass(frozen=True)
class Trend:
    """`change` since thirty days ago, or since the cluster is known; `points` of a line in a box of WIDTH by HEIGHT."""

    change: int
    points: str


def trends(counts: Mapping[int, ClusterCount]) -> dict[int, Trend]:
    """By the cluster's key, of those of which more than the present is known: one query, whatever their number."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate(timezone=zone)
    first = today - timedelta(days=DAYS)
    changes = _changes_by_day(counts, datetime.combine(first, datetime.min.time(), zone), zone)
    return {key: _trend(count, changes[key], first, today, zone) for key, count in counts.items() if count.known_from is not None}


def _changes_by_day(counts: Mapping[int, ClusterCount], since: datetime, zone: ZoneInfo) -> dict[int, dict[date, int]]:
    """How many more are in at each day's end than at its beginning."""
    events = MembershipEvent.objects.filter(cluster__in=list(counts), at__gte=since).order_by()
    by_day = events.annotate(day=TruncDate("at", tzinfo=zone)).values_list("cluster", "day", "joined").annotate(n=Count("pk"))
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for cluster, day, joined, n in by_day:
        found[cluster][day] += n if joined else -n
    return found


def _trend(count: ClusterCount, changes: Mapping[date, int], first: date, today: date, zone: ZoneInfo) -> Trend:
    known = max(first, timezone.localdate(count.known_from, zone))
    size, sizes = count.members or 0, []
    for back in range((today - known).days + 1):
        sizes.append(size)
        size -= changes.get(today - timedelta(days=back), 0)
    return Trend(sizes[0] - sizes[-1], _points(sizes[::-1]))


def _points(sizes: Sequence[int]) -> str:
    low, high, step = min(sizes), max(sizes), (WIDTH - 4) / max(len(sizes) - 1, 1)
    scale = (HEIGHT - 2 * EDGE) / (high - low) if high > low else 0.0
    return " ".join(f"{2 + place * step:.1f},{HEIGHT - EDGE - (size - low) * scale:.1f}" for place, size in enumerate(sizes))
