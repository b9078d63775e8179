"""A cluster at a glance: how many are in it, and its last thirty days with why members joined and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from clusters.history.chart import Chart, chart
from clusters.history.reading import DAYS, Day, days_known
from clusters.models import Cluster, ClusterCount, MembershipEvent
from clusters.overview.numbers import CountedCluster, exact_numbers, last_counts, quick_numbers

Causes = list[tuple[str, int]]  # a cause in words and how many, the most frequent first


@dataclass(frozen=True)
class Figures:
    """`chart` and the causes are None and empty where nothing of the past is known; `compared_at` is
    when joins and leaves were found last."""

    number: CountedCluster
    is_exact: bool
    days: list[Day]
    chart: Chart | None = None
    joined_by: Sequence[tuple[str, int]] = ()
    left_by: Sequence[tuple[str, int]] = ()
    compared_at: datetime | None = None

    @property
    def change(self) -> int:
        return self.chart.joined - self.chart.left if self.chart else 0


def figures(cluster: Cluster, *, exact: bool) -> Figures:
    """As last counted where counting takes long, unless they shall be `exact`."""
    numbers = exact_numbers([cluster]) if exact else quick_numbers([cluster])
    number, count = numbers.by_name[cluster.name], last_counts([cluster]).get(cluster.pk)
    if count is None or count.known_from is None:
        return Figures(number, numbers.is_exact, [])
    days = days_known(count)
    joined, left = _causes(count, joined=True), _causes(count, joined=False)
    return Figures(number, numbers.is_exact, days, chart(days), joined, left, count.counted_at)


def _causes(count: ClusterCount, *, joined: bool) -> Causes:
    since = timezone.now() - timedelta(days=DAYS)
    events = MembershipEvent.objects.filter(cluster=count.cluster_id, at__gte=since, joined=joined).order_by()
    found = events.values_list("cause").annotate(n=Count("pk")).order_by("-n", "cause")
    return [(str(MembershipEvent.Cause(cause).label), n) for cause, n in found]
