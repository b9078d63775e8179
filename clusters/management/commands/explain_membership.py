"""Says why a record is in a cluster, or why not."""

from argparse import ArgumentParser
from typing import Any

from clusters.models import Cluster
from clusters.why.explaining import explain_membership
from crm.management.command import SiteCommand
from crm.management.plain_lines import plain
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import querying
from crm.records.errors import InvalidRecord
from crm.records.record_ids import named_id
from crm.rules.errors import RuleError
from crm.schema.generated import current


class NotFound(Exception):
    """A cluster or record that does not exist."""


class Command(SiteCommand):
    help = __doc__
    refusals = (NotFound, InvalidRecord, RuleError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cluster")
        parser.add_argument("record_id")

    def run(self, actor: Actor, *, cluster: str, record_id: str, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = Cluster.objects.filter(name=cluster).first()
        if found is None:
            raise NotFound(f"There is no cluster {cluster}.")
        require(actor, "read", found.entity, found.field)
        model = current.models()[found.entity]
        records = querying.with_rules(model.objects.all(), model.entity.visible_fields)
        record = records.filter(pk=named_id(record_id, model)).first()
        if record is None:
            raise NotFound(f"There is no record {record_id}.")
        return explain_membership(found, record, reader=actor).as_json(found, record)

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        self.stdout.write(f"{facts['record']} is {'' if facts['member'] else 'not '}in {facts['cluster']}")
        self._show_node(facts["tree"], "  ")
        if facts["since"]:
            self.stdout.write(f"  since {facts['since']}" + (f" by {facts['by']}" if facts["by"] else ""))

    def _show_node(self, node: dict[str, Any], indent: str) -> None:
        """A line per node: what is inside of a group, or of a Rule field, is indented."""
        result = "yes" if node["holds"] else "no"
        join = next((join for join in ("all", "any", "not") if join in node), "")
        what = {"all": "all of", "any": "any of", "not": "not"}.get(join) or f"{node['clause']}  (holds {plain(node['actual'])})"
        self.stdout.write(f"{indent}{result:3} {what}")
        for part in node[join] if join else [node["tree"]] if "tree" in node else []:
            self._show_node(part, indent + "  ")
