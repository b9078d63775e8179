"""Clusters in the command menu."""

from django.utils.translation import gettext as _

from clusters.catalogue.lookup import readable
from crm.extensions import MenuEntry, MenuGroup
from crm.people.requests import SignedInRequest
from crm.ui.menu import has_words


def find(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """By label and name: one query."""
    if not text:
        return []
    found = [cluster for cluster in readable(request.actor) if has_words(f"{cluster.label} {cluster.name}", text)]
    return [MenuGroup(_("Clusters"), [MenuEntry(cluster.label, cluster.get_absolute_url()) for cluster in found])]
