"""Lists the clusters with their exact numbers of members."""

from typing import Any

from clusters import membership
from clusters.management.commands.create_cluster import facts
from clusters.models import Cluster
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import may


class Command(SiteCommand):
    help = __doc__

    def run(self, actor: Actor, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        clusters = [cluster for cluster in Cluster.objects.all() if may(actor, "read", cluster.entity, cluster.field)]
        members = membership.counts(clusters)
        return {"clusters": [{**facts(c, members.get(c.name, 0)), "label": c.label} for c in clusters]}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        for cluster in facts["clusters"]:
            self.stdout.write(f"{cluster['cluster']}: {cluster['members']} ({cluster['rule']})")
