"""Who is in a cluster: counts and members, answered by the database at the moment of asking."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from clusters.models import Cluster
from crm.schema import current
from crm.schema.record import Record


def members(cluster: Cluster) -> QuerySet[Record]:
    return current.models()[cluster.entity].objects.filter(condition(cluster))


def condition(cluster: Cluster) -> Q:
    return Q(**{cluster.field: True})


def counts(clusters: Iterable[Cluster]) -> dict[str, int]:
    """The exact number of members by cluster name: one query an entity, whatever the number of clusters."""
    by_entity: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        by_entity.setdefault(cluster.entity, []).append(cluster)
    return {name: n for entity, group in by_entity.items() for name, n in _counts_of(entity, group).items()}


def _counts_of(entity: str, clusters: list[Cluster]) -> dict[str, int]:
    generated = current.models()
    if entity not in generated:
        return {}
    shown = [cluster for cluster in clusters if generated.entity(entity).field(cluster.field)]
    columns = {f"n{i}": Count("pk", filter=condition(cluster)) for i, cluster in enumerate(shown)}
    found = generated[entity].objects.aggregate(**columns) if columns else {}
    return {cluster.name: found[f"n{i}"] for i, cluster in enumerate(shown)}
