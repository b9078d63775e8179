"""How many members clusters share, counted in one scan: each record becomes a number with a bit for every cluster it is in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from django.db.models import BigIntegerField, Case, Count, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from clusters import membership
from clusters.models import Cluster
from crm.records.folding_once import folding_once
from crm.schema.generated import current
from crm.schema.record import Record

BITS = 60  # clusters in one number; a database's integers have 63


@dataclass(frozen=True)
class Pair:
    """Two clusters that share members: how many are in both, and in the one or the other alone."""

    one: Cluster
    other: Cluster
    both: int
    only_one: int
    only_other: int
    of: int  # records of the entity

    @property
    def share_of_one(self) -> float:
        return self.both / (self.both + self.only_one)

    @property
    def share_of_other(self) -> float:
        return self.both / (self.both + self.only_other)

    @property
    def lift(self) -> float:
        """How much more often members of one are in the other than everybody is."""
        return self.share_of_one * self.of / (self.both + self.only_other)

    @property
    def likeness(self) -> float:
        """In both ÷ in either: 1 for two clusters of the same members."""
        return self.both / (self.both + self.only_one + self.only_other)


@dataclass(frozen=True)
class Overlaps:
    """`matrix[i][j]`: how many are in both; `sizes` is its diagonal. `failed` are those whose rule cannot be evaluated.

    `totals`: the number of records by entity; clusters of different entities share nobody. `at` is when it was counted.
    """

    clusters: list[Cluster]
    matrix: list[list[int]]
    totals: dict[str, int]
    at: datetime
    failed: list[Cluster] = field(default_factory=list)

    @property
    def sizes(self) -> list[int]:
        return [row[place] for place, row in enumerate(self.matrix)]

    def pairs(self) -> list[Pair]:
        """Those that share somebody, the most alike first."""
        found = (self._pair(one, other) for one, other in combinations(range(len(self.clusters)), 2))
        return sorted((pair for pair in found if pair.both), key=lambda pair: (-pair.likeness, -pair.both))

    def pairs_of(self, cluster: Cluster) -> list[Pair]:
        """The pairs of one cluster, which is `one` in each; those that share most come first."""
        place = next((place for place, known in enumerate(self.clusters) if known.pk == cluster.pk), None)
        if place is None:
            return []
        found = (self._pair(place, other) for other in range(len(self.clusters)) if other != place)
        return sorted((pair for pair in found if pair.both), key=lambda pair: -pair.both)

    def _pair(self, one: int, other: int) -> Pair:
        both, sizes = self.matrix[one][other], self.sizes
        first, second = self.clusters[one], self.clusters[other]
        return Pair(first, second, both, sizes[one] - both, sizes[other] - both, self.totals[first.entity])


def overlaps(clusters: Sequence[Cluster]) -> Overlaps:
    """One scan an entity, whatever the number of clusters."""
    entities = dict.fromkeys(cluster.entity for cluster in clusters)
    conditions = {
        entity: membership.conditions_of(entity, [one for one in clusters if one.entity == entity]) for entity in entities
    }
    counted = [cluster for cluster in clusters if cluster.name in conditions[cluster.entity]]
    place = {cluster.name: number for number, cluster in enumerate(counted)}
    matrix = [[0] * len(counted) for _row in counted]
    totals = dict.fromkeys(entities, 0)
    for entity, asked in conditions.items():
        places = [place[name] for name in asked]
        for members, count in groups(current.models()[entity], list(asked.values())) if asked else ():
            totals[entity] += count
            _add(matrix, [places[bit] for bit in members], count)
    failed = [cluster for cluster in clusters if cluster.name not in conditions[cluster.entity]]
    return Overlaps(counted, matrix, totals, timezone.now(), failed)


def groups(model: type[Record], conditions: Sequence[Q]) -> Iterator[tuple[list[int], int]]:
    """Which of the conditions hold together, and for how many records."""
    records, conditions = folding_once(model.objects.all(), conditions)
    masks = {
        f"crm_mask{place}": _mask(conditions[start : start + BITS]) for place, start in enumerate(range(0, len(conditions), BITS))
    }
    marked = records.annotate(**masks).order_by().values_list(*masks)
    for *numbers, count in marked.annotate(crm_count=Count("pk")):
        yield [place * BITS + bit for place, number in enumerate(numbers) for bit in _bits(number)], count


def _mask(conditions: Sequence[Q]) -> Combinable:
    bits = [
        Case(When(condition, then=Value(1 << bit)), default=Value(0), output_field=BigIntegerField())
        for bit, condition in enumerate(conditions)
    ]
    first, *more = bits
    total: Combinable = first
    for bit in more:
        total = total + bit
    return total


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _add(matrix: list[list[int]], members: Sequence[int], count: int) -> None:
    for one in members:
        row = matrix[one]
        for other in members:
            row[other] += count
