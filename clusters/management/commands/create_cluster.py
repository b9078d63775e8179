"""Makes a cluster in one step."""

from argparse import ArgumentParser
from typing import Any

from clusters import membership
from clusters.catalogue import adopting, changing, creating, lookup
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
        cluster = existing or self._made(actor, name=name, **options)
        return {
            "cluster": cluster.name,
            "entity": cluster.entity,
            "field": cluster.field,
            "rule": membership.rule_text(cluster),
            "members": membership.members(cluster).count(),
        }

    def _made(
        self, actor: Actor, *, name: str, rule: str | None, label: str | None, entity: str, **_options: Any
    ) -> Cluster:  # Any: argparse's options
        """Of the yes/no field of this name where there is one that is no cluster yet, else with a new one."""
        how: dict[str, Any] = {"entity": entity, "by": actor, "patience": self.patience()}  # Any: arguments of both verbs
        lookup.drafted_entity(entity)
        field = None if rule else adopting.adoptable_named(name, entity, reader=actor)
        if field is None:
            return creating.create_cluster(label or name, name=name, rule=rule, **how)
        cluster = adopting.adopt_field(field.name, **how)
        if label and label != cluster.label:
            changing.change_cluster(cluster, changing.ClusterChange(label=label), by=actor)
        return cluster
