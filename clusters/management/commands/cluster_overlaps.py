"""Says how many members clusters share."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import lookup
from clusters.comparing.overlaps import overlaps
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("clusters", nargs="*", metavar="CLUSTER", help="All that are in use, unless some are named.")

    def run(self, actor: Actor, *, clusters: list[str], **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = [lookup.named(name) for name in dict.fromkeys(clusters)] or lookup.readable(actor)
        for cluster in found:
            require(actor, "read", cluster.entity, cluster.field)
        counted = overlaps(found)
        if clusters and counted.failed:
            raise lookup.InvalidCluster(f"The rule of {counted.failed[0].name} cannot be evaluated.")
        names = [cluster.name for cluster in counted.clusters]
        return {"clusters": names, "sizes": counted.sizes, "matrix": counted.matrix}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        for name, row in zip(facts["clusters"], facts["matrix"], strict=True):
            self.stdout.write(f"{name:30} " + " ".join(f"{number:>9}" for number in row))
