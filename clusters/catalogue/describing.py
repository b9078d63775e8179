"""What commands and the API say of a cluster: plain values (contract §2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters import membership
from clusters.models import Cluster


def facts(clusters: Sequence[Cluster]) -> list[dict[str, Any]]:  # Any: JSON values
    """An entry for each, with its number of members as counted now."""
    members, now = membership.counts(clusters), timezone.now()
    return [_entry(cluster, members, now) for cluster in clusters]


def lines(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:  # Any: JSON values
    """A line for each, for people at a terminal."""
    for entry in entries:
        members = "cannot be counted" if entry["members"] is None else entry["members"]
        yield f"{entry['cluster']}: {members} ({entry['rule']})"


def _entry(cluster: Cluster, members: Mapping[str, int], now: datetime) -> dict[str, Any]:  # Any: JSON values
    """`members` and `counted_at` are null where the rule cannot be evaluated."""
    return {
        "cluster": cluster.name,
        "label": cluster.label,
        "entity": cluster.entity,
        "field": cluster.field,
        "rule": membership.rule_text(cluster),
        "kind": membership.kind_of(cluster),
        "members": members.get(cluster.name),
        "counted_at": now.isoformat() if cluster.name in members else None,
        "archived": membership.is_archived(cluster),
    }
