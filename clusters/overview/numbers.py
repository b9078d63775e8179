"""How many members clusters have: exactly now, or as they were last counted, which is at hand at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from clusters import membership
from clusters.models import Cluster, ClusterCount
from crm.schema.generated import current

COUNTED_AT_ONCE = 50_000  # records that are counted exactly before anybody notices


@dataclass(frozen=True)
class CountedCluster:
    """`members` of all `of` records, counted `at`. Of a cluster that cannot be counted: the last number, if there is one, why,
    and since when, if a comparison has noticed.
    """

    members: int | None = None
    of: int = 0
    at: datetime | None = None
    problem: str = ""
    failed_since: datetime | None = None

    @property
    def percent(self) -> float:
        return 100 * self.members / self.of if self.members and self.of else 0.0


@dataclass(frozen=True)
class CountedClusters:
    """By the cluster's name."""

    by_name: Mapping[str, CountedCluster]
    is_exact: bool

    @property
    def at(self) -> datetime | None:
        """When the oldest of them was counted."""
        return min((one.at for one in self.by_name.values() if one.at), default=None)


def quick_numbers(clusters: Sequence[Cluster]) -> CountedClusters:
    """As last counted, of those among many records; the others, and those that were never counted, exactly."""
    last = last_counts(clusters)
    slow = [cluster for cluster in clusters if cluster.pk in last and (last[cluster.pk].of or 0) > COUNTED_AT_ONCE]
    quick = {cluster.name: _as_last_counted(cluster, last[cluster.pk]) for cluster in slow}
    exact = exact_numbers([cluster for cluster in clusters if cluster.name not in quick])
    return CountedClusters({**quick, **exact.by_name}, is_exact=not quick)


def exact_numbers(clusters: Sequence[Cluster]) -> CountedClusters:
    members, totals, now = membership.counts(clusters), _totals(clusters), timezone.now()
    last = last_counts([cluster for cluster in clusters if cluster.name not in members])
    found = {}
    for cluster in clusters:
        if cluster.name in members:
            found[cluster.name] = CountedCluster(members[cluster.name], totals[cluster.entity], now)
        else:
            found[cluster.name] = _uncountable(cluster, last.get(cluster.pk))
    return CountedClusters(found, is_exact=True)


def last_counts(clusters: Sequence[Cluster]) -> dict[int, ClusterCount]:
    """By the cluster's key, of those that were counted."""
    known = ClusterCount.objects.filter(cluster__in=clusters, members__isnull=False)
    return {count.cluster_id: count for count in known}


def _as_last_counted(cluster: Cluster, count: ClusterCount) -> CountedCluster:
    """The reason is stored in the words of whoever counted, so it is asked again."""
    problem = membership.problem_of(cluster) if count.reason else ""
    return CountedCluster(count.members, count.of or 0, count.counted_at, problem, count.failed_since)


def _uncountable(cluster: Cluster, last: ClusterCount | None) -> CountedCluster:
    problem = membership.problem_of(cluster)
    if last is None:
        return CountedCluster(problem=problem)
    return CountedCluster(last.members, last.of or 0, last.counted_at, problem, last.failed_since)


def _totals(clusters: Sequence[Cluster]) -> dict[str, int]:
    """The number of records by entity."""
    generated = current.models()
    entities = {cluster.entity for cluster in clusters if cluster.entity in generated}
    return {entity: generated[entity].objects.count() for entity in entities}
