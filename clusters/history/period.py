"""What happened to a cluster from one day to another: how many were in, joined and left, with the causes, and are in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from clusters.history.chart import Chart, chart
from clusters.history.reading import Day, days_known, events
from clusters.models import ClusterCount, MembershipEvent

Causes = Sequence[tuple[str, int]]  # a cause in words and how many, the most frequent first


@dataclass(frozen=True)
class Period:
    """`start` is the size before the first day, `end` after the last one; None where it is not known."""

    first: date
    last: date
    days: list[Day]
    chart: Chart
    start: int | None
    end: int | None
    joined_by: Causes
    left_by: Causes

    @property
    def is_known(self) -> bool:
        return self.start is not None

    @property
    def change(self) -> int:
        return self.chart.joined - self.chart.left


def period(count: ClusterCount, first: date | None = None, last: date | None = None) -> Period:
    """As of the last comparison; the last thirty days unless said otherwise. Raises InvalidCluster."""
    days = days_known(count, first, last)
    joined_by, left_by = causes(count, days)
    start = None if days[0].size is None else days[0].size - days[0].joined + days[0].left
    return Period(days[0].date, days[-1].date, days, chart(days), start, days[-1].size, joined_by, left_by)


def causes(count: ClusterCount, days: Sequence[Day]) -> tuple[Causes, Causes]:
    """Of who joined, and of who left."""
    found: dict[bool, list[tuple[str, int]]] = {True: [], False: []}
    moves = events(count.cluster, days[0].date, days[-1].date).order_by().values_list("joined", "cause")
    for joined, cause, n in moves.annotate(n=Count("pk")).order_by("-n", "cause"):
        found[joined].append((str(MembershipEvent.Cause(cause).label), n))
    return found[True], found[False]
