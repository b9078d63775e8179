"""Previews a rule before anything is saved: how many records match, a few of them, and how many would join or leave."""

from dataclasses import dataclass

from django.db.models import Q

from clusters.membership import rule_of
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records import querying
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.schema.generated import current
from crm.schema.record import Record

SAMPLE = 10


@dataclass(frozen=True)
class SampleRecord:
    """A matching record by its title."""

    title: str
    url: str


@dataclass(frozen=True)
class Preview:
    """`members` of `total` records, and the first few of them by id."""

    members: int
    total: int
    sample: list[SampleRecord]

    @property
    def percent(self) -> float:
        return 100 * self.members / self.total if self.total else 0.0


@dataclass(frozen=True)
class MembershipChange:
    """How many would join and leave a cluster with another rule."""

    joins: int
    leaves: int


def preview(rule: str, *, entity: str, by: Actor) -> Preview:
    """Raises RuleError."""
    model = current.models()[entity]
    tree = querying.checked_rule(rule, model, reader=by)
    found = querying.condition(tree, model)
    counted = querying.counts_where(model.objects.all(), {"total": Q(), "members": found})
    sample = model.objects.filter(found).order_by("id")[:SAMPLE]
    return Preview(counted["members"], counted["total"], [_sample_record(record, by=by) for record in sample])


def membership_change(cluster: Cluster, rule: str, *, by: Actor) -> MembershipChange:
    """Raises RuleError."""
    model = current.models()[cluster.entity]
    then = querying.condition(querying.checked_rule(rule, model, reader=by), model)
    now = querying.condition(rule_of(cluster), model)
    return MembershipChange(**querying.counts_where(model.objects.all(), {"joins": then & ~now, "leaves": now & ~then}))


def _sample_record(record: Record, *, by: Actor) -> SampleRecord:
    return SampleRecord(title_of(record, readable(by, record.entity)), record_url(record.entity.acronym, record.pk))
