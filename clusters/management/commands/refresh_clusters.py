"""Counts the clusters, and stores who joined and left since the last time: what the daily job does, now."""

from typing import Any

from clusters.history.refreshing import forget_before_retention, refresh_all
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__

    def run(self, actor: Actor, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "cluster", "CL")
        done = refresh_all()
        forget_before_retention()
        return {"clusters": done.clusters, "joined": done.joined, "left": done.left}
