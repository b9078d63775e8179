"""What records, lists and forms of the CRM show of clusters."""

from clusters.models import Cluster
from crm.extensions import ClusterChip, extensions
from crm.schema.definitions import EntityDefinition


def connect() -> None:
    extensions.cluster_fields = cluster_fields


def cluster_fields(entity: EntityDefinition) -> dict[str, ClusterChip]:
    """The chip of each cluster field of an entity: one query."""
    clusters = Cluster.objects.filter(entity=entity.acronym)
    return {
        cluster.field: ClusterChip(cluster.label, cluster.colour, cluster.get_absolute_url())
        for cluster in clusters
        if entity.field(cluster.field)
    }
