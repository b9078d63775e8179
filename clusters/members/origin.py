"""Changes of members among all change-sets: what undoing one is called, and the page to go back to."""

from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.extensions import ChangeSetOrigin
from crm.records.models import ChangeSet


def origin_of_members(change_set: ChangeSet) -> ChangeSetOrigin | None:
    """None of any other change."""
    if change_set.channel == "worksheet" or not change_set.summary:
        return None
    cluster = Cluster.objects.filter(entity=change_set.entity, name=change_set.summary).first()
    if cluster is None or not _wrote_members(change_set, cluster):
        return None
    words = {"cluster": cluster.label}
    return ChangeSetOrigin(
        _("the change of members of %(cluster)s") % words,
        _("Back to the members of %(cluster)s") % words,
        f"{cluster.get_absolute_url()}#members",
    )


def _wrote_members(change_set: ChangeSet, cluster: Cluster) -> bool:
    """The summary alone may be anybody's word: the field of the cluster is what was changed."""
    change = change_set.changes.first()
    return change is not None and [*(change.before or {})] == [cluster.field]
