"""What the dashboard shows of clusters: how many are in each."""

from clusters import membership
from clusters.catalogue import lookup
from crm.extensions import DashboardPanel
from crm.people.requests import SignedInRequest

SHOWN = 8


def sizes(request: SignedInRequest) -> DashboardPanel | None:
    """The largest first, each with its share of the largest."""
    clusters = lookup.readable(request.actor)
    counts = membership.counts(clusters)
    ordered = sorted(clusters, key=lambda cluster: -counts.get(cluster.name, 0))[:SHOWN]
    largest = max([1, *counts.values()])
    rows = [
        {"cluster": cluster, "members": (n := counts.get(cluster.name, 0)), "percent": 100 * n // largest} for cluster in ordered
    ]
    return DashboardPanel("clusters/_sizes.html", {"rows": rows}) if rows else None
