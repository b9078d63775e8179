"""Makes a cluster in one step."""

from argparse import ArgumentParser
from typing import Any

from clusters import membership
from clusters.catalogue import creating, lookup
from clusters.models import Cluster
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.rules.errors import RuleError
from crm.schema import errors


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, errors.SchemaRefusal, RuleError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--rule")
        parser.add_argument("--label")
        parser.add_argument("--entity", default="CL")
        parser.add_argument(
            "--if-missing", action="store_true", help="Succeed if the cluster is there already, with the same rule."
        )

    def run(self, actor: Actor, *, name: str, if_missing: bool, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        existing = Cluster.objects.filter(name=name).first() if if_missing else None
        if existing:
            has = membership.rule_text(existing) if membership.has_rule(existing) else ""
            creating.check_same(existing, has, entity=options["entity"], rule=options["rule"], by=actor)
        cluster = existing or creating.create_cluster(
            options["label"] or name,
            name=name,
            rule=options["rule"],
            entity=options["entity"],
            by=actor,
            patience=self.patience(),
        )
        return {
            "cluster": cluster.name,
            "entity": cluster.entity,
            "field": cluster.field,
            "rule": membership.rule_text(cluster),
            "members": membership.members(cluster).count(),
        }
