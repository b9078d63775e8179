"""What records, lists and forms of the CRM show of clusters."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clusters import schema_file
from clusters.models import Cluster
from crm.extensions import ClusterChip, FieldDependent, RuleAction, extensions
from crm.people.actors import Actor
from crm.people.rules import may
from crm.schema.definitions import EntityDefinition


def connect() -> None:
    extensions.cluster_fields = cluster_fields
    extensions.uses_of_rule = uses_of_rule
    extensions.dependents["clusters"] = clusters_over
    extensions.dependents_of_entity["clusters"] = clusters_of
    extensions.schema_parts["clusters"] = schema_file.PART


def cluster_fields(entity: EntityDefinition) -> dict[str, ClusterChip]:
    """The chip of each cluster field of an entity: one query."""
    clusters = Cluster.objects.filter(entity=entity.acronym)
    return {
        cluster.field: ClusterChip(cluster.label, cluster.colour, cluster.get_absolute_url())
        for cluster in clusters
        if entity.field(cluster.field)
    }


def uses_of_rule(actor: Actor, entity: EntityDefinition, rule: str) -> list[RuleAction]:
    """A list narrowed by a rule is a cluster that has no name yet."""
    if not may(actor, "cluster", entity.acronym):
        return []
    address = urlencode({"entity": entity.acronym, "rule": rule})
    return [RuleAction(_("Make a cluster of these"), f"/clusters/new/?{address}")]


def clusters_over(entity: str, field: str) -> list[FieldDependent]:
    """The clusters whose members a field says."""
    return _dependents(Cluster.objects.filter(entity=entity, field=field))


def clusters_of(entity: str) -> list[FieldDependent]:
    return _dependents(Cluster.objects.filter(entity=entity))


def _dependents(clusters: Iterable[Cluster]) -> list[FieldDependent]:
    return [
        FieldDependent(_("Cluster"), cluster.label, cluster.get_absolute_url(), cluster.entity, cluster.field)
        for cluster in clusters
    ]
