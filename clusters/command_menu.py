"""Clusters in the command menu."""

from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.extensions import MenuEntry, MenuGroup
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.ui.menu import has_words


def find(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """By label and name: one query."""
    if not text:
        return []
    clusters = (cluster for cluster in Cluster.objects.all() if has_words(f"{cluster.label} {cluster.name}", text))
    readable = (cluster for cluster in clusters if may(request.actor, "read", cluster.entity, cluster.field))
    return [MenuGroup(_("Clusters"), [MenuEntry(cluster.label, cluster.get_absolute_url()) for cluster in readable])]
