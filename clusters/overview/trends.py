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
    """`change` in the last thirty days, or since the cluster is known; `points` of a line in a box of WIDTH by HEIGHT."""

    change: int
    points: str


def trends(counts: Mapping[int, ClusterCount], sizes: Mapping[int, int]) -> dict[int, Trend]:
    """By the cluster's key, of those of which more than the present is known: one query, whatever their number.

    `sizes` are today's, where they are better known than by the last comparison.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    today = timezone.localdate(timezone=zone)
    first = today - timedelta(days=DAYS)
    changes = _changes_by_day(counts, datetime.combine(first, datetime.min.time(), zone), zone)
    known = {key: count for key, count in counts.items() if count.known_from is not None}
    return {
        key: _trend(_sizes(count, changes[key], max(first, _before(count, today, zone)), today), sizes.get(key))
        for key, count in known.items()
    }


def _before(count: ClusterCount, today: date, zone: ZoneInfo) -> date:
    """The day before the first of which something is known; a clock that was ahead may have made that one of the future."""
    return min(timezone.localdate(count.known_from, zone), today) - timedelta(days=1)


def _changes_by_day(counts: Mapping[int, ClusterCount], since: datetime, zone: ZoneInfo) -> dict[int, dict[date, int]]:
    """How many more are in at each day's end than at its beginning."""
    events = MembershipEvent.objects.filter(cluster__in=list(counts), at__gte=since).order_by()
    by_day = events.annotate(day=TruncDate("at", tzinfo=zone)).values_list("cluster", "day", "joined").annotate(n=Count("pk"))
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for cluster, day, joined, n in by_day:
        found[cluster][day] += n if joined else -n
    return found


def _sizes(count: ClusterCount, changes: Mapping[date, int], first: date, today: date) -> list[int]:
    """At the end of each day, from the first to today, as of the last comparison."""
    sizes = [count.members or 0]
    for back in range((today - first).days):
        sizes.append(sizes[-1] - changes.get(today - timedelta(days=back), 0))
    return sizes[::-1]


def _trend(sizes: list[int], now: int | None) -> Trend:
    shown = sizes if now is None else [*sizes[:-1], now]
    return Trend(shown[-1] - shown[0], _points(shown))


def _points(sizes: Sequence[int]) -> str:
    low, high, step = min(sizes), max(sizes), (WIDTH - 4) / max(len(sizes) - 1, 1)
    scale = (HEIGHT - 2 * EDGE) / (high - low) if high > low else 0.0
    return " ".join(f"{2 + place * step:.1f},{HEIGHT - EDGE - (size - low) * scale:.1f}" for place, size in enumerate(sizes))
