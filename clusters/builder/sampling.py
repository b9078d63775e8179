"""A rule tried on a few records: some that it lets in and some that it leaves out, each with the way to the reason (R-57)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from clusters.membership import members, rule_of
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records import querying
from crm.records.access import readable
from crm.records.cells import title_of
from crm.schema.generated import current
from crm.schema.record import Record

SAMPLE = 5  # records on either side


@dataclass(frozen=True)
class TriedRecord:
    """A record by its title, and the page that says why it is in or not."""

    title: str
    why: str


@dataclass(frozen=True)
class RuleSample:
    """`at` is when the rule was evaluated: it is at every request, so nothing is older than the page."""

    at: datetime
    inside: list[TriedRecord]
    outside: list[TriedRecord]


def try_rule(cluster: Cluster, *, by: Actor) -> RuleSample:
    """Raises RuleError when the rule cannot be evaluated any more."""
    model = current.models()[cluster.entity]
    others = model.objects.filter(~querying.condition(rule_of(cluster), model))
    return RuleSample(timezone.now(), _tried(cluster, members(cluster), by), _tried(cluster, others, by))


def _tried(cluster: Cluster, records: QuerySet[Record], by: Actor) -> list[TriedRecord]:
    return [
        TriedRecord(title_of(record, readable(by, record.entity)), reverse("cluster-why", args=[cluster.name, record.pk]))
        for record in records.order_by("id")[:SAMPLE]
    ]
