"""Changes a cluster's label, description, owner or rule; archives or restores it."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import lookup
from clusters.catalogue.changing import ClusterChange, change_cluster
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.rules.errors import RuleError
from crm.schema import errors
from crm.schema.generated import current


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, errors.SchemaRefusal, RuleError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--label")
        parser.add_argument("--description")
        parser.add_argument("--owner", metavar="EMAIL", help="An empty one leaves the cluster without an owner.")
        parser.add_argument("--rule", metavar="EXPR")
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--archive", dest="archived", action="store_true", default=None)
        state.add_argument("--restore", dest="archived", action="store_false")

    def run(self, actor: Actor, *, name: str, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        cluster = lookup.named(name)
        asked = {option: options[option] for option in ("label", "description", "owner", "rule", "archived")}
        change_cluster(cluster, ClusterChange(**asked), by=actor, patience=self.patience())
        return {"cluster": cluster.name, "publication": current.newest().number}
