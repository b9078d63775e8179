"""Makes a copy of a cluster: of a rule the same rule, of one by hand, or of one value, the same members in a field of its own."""

from itertools import chain, count

from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue import creating
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.schema.publishing.tables.waiting import under_publishing_lock


def copy_cluster(cluster: Cluster, label: str, *, by: Actor) -> Cluster:
    """All of it, or nothing; its description comes along.

    Raises InvalidCluster, RuleError, UnpublishableSchema, PermissionDenied.
    """
    return under_publishing_lock(lambda: _copy(cluster, label, by=by))


def proposed_label(cluster: Cluster) -> str:
    """One that no other cluster has."""
    taken = {text for other in Cluster.objects.filter(entity=cluster.entity) for text in other.labels.values()}
    numbered = (_("%(label)s, copy %(n)s") % {"label": cluster.label, "n": n} for n in count(2))
    first = _("%s, copy") % cluster.label
    return next(label for label in chain([first], numbered) if label not in taken)


def _copy(cluster: Cluster, label: str, *, by: Actor) -> Cluster:
    has_rule = membership.has_rule(cluster)
    copy = creating.create_cluster(label, rule=membership.rule_text(cluster) if has_rule else None, entity=cluster.entity, by=by)
    Cluster.objects.filter(pk=copy.pk).update(description=cluster.description)
    if not has_rule:
        change_members(copy, "add", Selection(rule=cluster.rule), by=by)
    return copy
