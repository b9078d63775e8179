"""What the dashboard shows of clusters: how many are in each, and exports on a schedule that came to nothing."""

from clusters.catalogue import lookup
from clusters.exports.describing import failing
from clusters.overview.numbers import CountedCluster, exact_numbers
from crm.extensions import DashboardPanel
from crm.people.requests import SignedInRequest

SHOWN = 8


def sizes(request: SignedInRequest) -> DashboardPanel | None:
    """The largest first, each with its share of all records of its entity."""
    clusters = lookup.readable(request.actor)
    numbers = exact_numbers(clusters).by_name
    ordered = sorted(clusters, key=lambda cluster: -_members(numbers[cluster.name]))[:SHOWN]
    rows = [
        {"cluster": cluster, "members": _members(number := numbers[cluster.name]), "percent": number.percent}
        for cluster in ordered
    ]
    return DashboardPanel("clusters/_sizes.html", {"rows": rows}) if rows else None


def _members(number: CountedCluster) -> int:
    """None of a cluster that cannot be counted."""
    return 0 if number.problem else number.members or 0


def failing_exports(request: SignedInRequest) -> DashboardPanel | None:
    """Until the next one arrives, or somebody stops it."""
    found = failing(request.actor)
    return DashboardPanel("clusters/_failing_exports.html", {"exports": found}) if found else None
