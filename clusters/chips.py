"""What records, lists and forms of the CRM show of clusters: chips, actions, dependents."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clusters.membership import is_its_field
from clusters.models import Cluster
from crm.extensions import ClusterChip, FieldDependent, ListAction
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.schema.generated import current


def cluster_fields(acronym: str) -> dict[str, ClusterChip]:
    """The chip of each published field of an entity that is a cluster's own: one query. None of an entity that is not there."""
    if acronym not in current.models():
        return {}
    entity = current.entity(acronym)
    return {
        cluster.field: ClusterChip(cluster.label, cluster.colour, cluster.get_absolute_url())
        for cluster in Cluster.objects.filter(entity=acronym, archived_at=None)
        if entity.field(cluster.field) and is_its_field(cluster)
    }


def list_actions(actor: Actor, acronym: str, rule: str, narrowing: str) -> list[ListAction]:
    """A narrowed list joins a cluster; one that a rule narrows is a cluster that has no name yet."""
    address = urlencode({"entity": acronym, **({"rule": rule} if rule else {"listed": narrowing})})
    is_offered = bool(rule) and may(actor, "cluster", acronym)
    made = [ListAction(_("Make a cluster of these"), f"/clusters/new/?{address}")] if is_offered else []
    added = [ListAction(_("Add these to a cluster"), f"/clusters/new/members/?{address}")] if may(actor, "write", acronym) else []
    return made + added


def dependents_of_field(entity: str, field: str) -> list[FieldDependent]:
    """The clusters whose members are decided by a field."""
    return _dependents(Cluster.objects.filter(entity=entity, field=field))


def dependents_of_entity(entity: str) -> list[FieldDependent]:
    return _dependents(Cluster.objects.filter(entity=entity))


def _dependents(clusters: Iterable[Cluster]) -> list[FieldDependent]:
    return [
        FieldDependent(_("Cluster"), cluster.label, cluster.get_absolute_url(), cluster.entity, cluster.field)
        for cluster in clusters
    ]
