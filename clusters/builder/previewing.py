"""Previews a rule before anything is saved: how many records match, a few of them, and how many would join or leave."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.builder.estimating import count_or_estimate
from clusters.builder.linting import lint_rule
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
    """`members` of `total` records, counted at a moment, the first few of them by id, and what may not be meant. Of an estimate,
    made of `sampled` records, only the numbers.
    """

    members: int
    total: int
    sample: list[SampleRecord]
    at: datetime
    seconds: float
    warnings: list[str]
    entity: str
    sampled: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.members / self.total if self.total else 0.0


@dataclass(frozen=True)
class MembershipChange:
    """How many would join and leave a cluster with another rule, and the first few of them by id."""

    joins: int
    leaves: int
    joining: list[SampleRecord]
    leaving: list[SampleRecord]


def preview(rule: str, *, entity: str, by: Actor, exact: bool = False) -> Preview:
    """Of very many records an estimate, unless it shall be `exact`. Raises RuleError."""
    model = current.models()[entity]
    tree = querying.checked_rule(rule, model, reader=by)
    found = querying.condition(tree, model)
    at, begun = timezone.now(), perf_counter()
    numbers = count_or_estimate(model, {"total": Q(), "members": found}, exact=exact)
    members, total, seconds = numbers.counts["members"], numbers.counts["total"], perf_counter() - begun
    if numbers.sampled:
        return Preview(members, total, [], at, seconds, [], entity, numbers.sampled)
    warnings = [*_at_the_ends(members, total), *lint_rule(tree, entity, reader=by)]
    return Preview(members, total, _sample(model, found, by), at, seconds, warnings, entity)


def _at_the_ends(members: int, total: int) -> list[str]:
    if not members:
        return [_("The rule finds nobody: look at its values once more.")]
    return [_("The rule finds everybody: is that meant?")] if members == total else []


def membership_change(cluster: Cluster, rule: str, *, by: Actor) -> MembershipChange:
    """Raises RuleError."""
    model = current.models()[cluster.entity]
    then = querying.condition(querying.checked_rule(rule, model, reader=by), model)
    now = querying.condition(rule_of(cluster), model)
    joins, leaves = then & ~now, now & ~then
    counted = querying.counts_where(model.objects.all(), {"joins": joins, "leaves": leaves})
    return MembershipChange(**counted, joining=_sample(model, joins, by), leaving=_sample(model, leaves, by))


def _sample(model: type[Record], condition: Q, by: Actor) -> list[SampleRecord]:
    return [_sample_record(record, by=by) for record in model.objects.filter(condition).order_by("id")[:SAMPLE]]


def _sample_record(record: Record, *, by: Actor) -> SampleRecord:
    return SampleRecord(title_of(record, readable(by, record.entity)), record_url(record.entity.acronym, record.pk))
