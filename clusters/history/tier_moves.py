"""Who went from one cluster of a field to another of it, as from Silver to Gold: one change is a leave and a join."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count

from clusters import membership
from clusters.history.reading import day_bounds, events_of, read_on
from clusters.history.sources import EVENTS
from clusters.models import Cluster

SHOWN = 12  # clusters, those with the most moves

MOVES = f"""
SELECT l.cluster_id, j.cluster_id, count(*) FROM {EVENTS} l JOIN {EVENTS} j ON j.change = l.change AND j.joined
WHERE NOT l.joined AND l.at >= %s AND l.at < %s AND l.cluster_id IN ({{places}}) AND j.cluster_id IN ({{places}})
GROUP BY l.cluster_id, j.cluster_id
"""


@dataclass(frozen=True)
class TierRow:
    """`to` are the numbers of who went to each of the clusters, in their order, `out` of who is in none of them by that."""

    cluster: Cluster | None  # None of who was in none of them
    to: Sequence[int]
    out: int


@dataclass(frozen=True)
class TierMoves:
    """`clusters` are those of the columns; `left_out` of them moved less than these, and are not shown."""

    clusters: Sequence[Cluster]
    rows: Sequence[TierRow]
    left_out: int


def tier_moves(cluster: Cluster, first: date, last: date) -> TierMoves | None:
    """Of the clusters of its field; None where it is the only one, or has a field of its own."""
    tiers = _tiers(cluster)
    if len(tiers) < 2:
        return None
    for tier in tiers:
        read_on(tier)
    moves = _moves(tiers, first, last)
    joined, left = _totals(tiers, first, last)
    busiest = sorted(tiers, key=lambda tier: joined[tier.pk] + left[tier.pk], reverse=True)[:SHOWN]
    shown = [tier for tier in tiers if tier in busiest]
    to_none = {tier.pk: left[tier.pk] - sum(moves[tier.pk, other.pk] for other in tiers) for tier in shown}
    rows = [TierRow(tier, [moves[tier.pk, other.pk] for other in shown], to_none[tier.pk]) for tier in shown]
    from_none = [joined[tier.pk] - sum(moves[other.pk, tier.pk] for other in tiers) for tier in shown]
    return TierMoves(shown, [*rows, TierRow(None, from_none, 0)], len(tiers) - len(shown))


def _tiers(cluster: Cluster) -> list[Cluster]:
    if membership.has_own_field(cluster):
        return []
    others = Cluster.objects.filter(entity=cluster.entity, field=cluster.field, archived_at=None)
    return [other for other in others if not membership.is_archived(other)]


def _moves(tiers: Sequence[Cluster], first: date, last: date) -> Counter[tuple[int, int]]:
    """By the clusters that were left and joined."""
    ids = [tier.pk for tier in tiers]
    with connection.cursor() as cursor:
        cursor.execute(MOVES.format(places=", ".join(["%s"] * len(ids))), [*day_bounds(first, last), *ids, *ids])
        return Counter({(left, joined): n for left, joined, n in cursor.fetchall()})


def _totals(tiers: Sequence[Cluster], first: date, last: date) -> tuple[Counter[int], Counter[int]]:
    """How many joined each, and how many left."""
    counted = events_of(tiers, first, last).values_list("cluster", "joined").annotate(n=Count("pk"))
    found: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for cluster, joined, n in counted:
        found[joined][cluster] = n
    return found[True], found[False]
