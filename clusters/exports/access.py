"""Who may schedule exports of a cluster, see them and download them: asked by pages, and again whenever one runs."""

from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import may, require


def may_export(who: Actor, cluster: Cluster) -> bool:
    return all(may(who, *asked) for asked in _asked(cluster))


def require_export(who: Actor, cluster: Cluster) -> None:
    """Raises PermissionDenied."""
    for asked in _asked(cluster):
        require(who, *asked)


def _asked(cluster: Cluster) -> list[tuple[str, str, str | None]]:
    entity = cluster.entity
    return [("read", entity, cluster.field), ("export", entity, None), ("cluster", entity, None)]
