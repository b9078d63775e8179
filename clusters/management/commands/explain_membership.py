"""Says why a record is in a cluster, or why not."""

from argparse import ArgumentParser
from typing import Any

from clusters.explaining import explain_membership
from clusters.models import Cluster
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.rules import require
from crm.records import querying
from crm.records.errors import InvalidRecord
from crm.records.validating import clean_id
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
        record = records.filter(pk=clean_id(record_id.lower().removeprefix(f"{found.entity.lower()}-"))).first()
        if record is None:
            raise NotFound(f"There is no record {record_id}.")
        explanation = explain_membership(found, record, reader=actor)
        return {
            "cluster": found.name,
            "record": record.pk,
            "member": explanation.member,
            "clauses": [
                {"clause": clause.clause, "actual": clause.actual, "holds": clause.holds} for clause in explanation.clauses
            ],
            "since": explanation.since.isoformat() if explanation.since else None,
            "by": explanation.by or None,
        }

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        self.stdout.write(f"{facts['record']} is {'' if facts['member'] else 'not '}in {facts['cluster']}")
        for clause in facts["clauses"]:
            self.stdout.write(f"  {'yes' if clause['holds'] else 'no':3} {clause['clause']}  (holds {clause['actual']})")
        if facts["since"]:
            self.stdout.write(f"  since {facts['since']} by {facts['by']}")
