"""A cluster at a glance: how many are in it, and its last thirty days with why members joined and left."""

from dataclasses import dataclass
from datetime import datetime

from clusters.history.chart import Chart, chart
from clusters.history.period import Causes, causes
from clusters.history.reading import Day, days_known, read_on
from clusters.models import Cluster
from clusters.overview.numbers import COUNTED_AT_ONCE, CountedCluster, exact_numbers, last_counts, quick_numbers


@dataclass(frozen=True)
class Figures:
    """`chart` and the causes are None and empty where nothing of the past is known; `compared_at` is
    when joins and leaves were found last."""

    number: CountedCluster
    is_exact: bool
    days: list[Day]
    chart: Chart | None = None
    joined_by: Causes = ()
    left_by: Causes = ()
    compared_at: datetime | None = None

    @property
    def change(self) -> int:
        return self.chart.joined - self.chart.left if self.chart else 0


def figures(cluster: Cluster, *, exact: bool) -> Figures:
    """As last counted where counting takes long, unless they shall be `exact`."""
    numbers = exact_numbers([cluster]) if exact else quick_numbers([cluster])
    number = numbers.by_name[cluster.name]
    if exact or number.of <= COUNTED_AT_ONCE:
        read_on(cluster)
    count = last_counts([cluster]).get(cluster.pk)
    if count is None or count.known_from is None:
        return Figures(number, numbers.is_exact, [])
    days = days_known(count)
    return Figures(number, numbers.is_exact, days, chart(days), *causes(count, days), count.counted_at)
