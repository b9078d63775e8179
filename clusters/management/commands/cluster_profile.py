"""Compares the members of a cluster with everybody, field by field."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import lookup
from clusters.comparing.describing_profile import facts
from clusters.comparing.profile import profile
from crm.management.command import SiteCommand
from crm.management.plain_lines import plain
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cluster")
        parser.add_argument(
            "--by",
            action="extend",
            nargs="+",
            default=[],
            metavar="FIELD",
            help="The fields that differ most, unless some are named.",
        )

    def run(self, actor: Actor, *, cluster: str, by: list[str], **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = lookup.named(cluster)
        require(actor, "read", found.entity, found.field)
        return facts(profile(found, by, reader=actor))

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        self.stdout.write(f"{facts['cluster']}: {facts['members']} of {facts['of']}")
        for one in facts["fields"]:
            self.stdout.write(f"{one['field']} (filled {one['filled']:.0%})")
            for value in one["values"]:
                lift = "" if value["lift"] is None else f"  x {value['lift']:.1f}"
                self.stdout.write(f"  {plain(value['value']):30} {value['members']:>9} {value['share']:>6.1%}{lift}")
