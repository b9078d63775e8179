"""Who is pinned in a cluster: kept in or out, until when, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Q, When
from django.utils import timezone

from clusters.membership import pins_count
from clusters.models import Cluster
from clusters.pinned_rules import Kept, kept
from clusters.why.changes import author_of, last_changes
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.records.models import ChangeSet
from crm.schema.generated import current
from crm.schema.record import Record

SHOWN = 200


@dataclass(frozen=True)
class Pin:
    """`reason` and `by` are empty where the history is gone."""

    record: str
    title: str
    url: str
    kept: Kept
    until: date
    by: str
    reason: str


@dataclass(frozen=True)
class Pins:
    """The first SHOWN, of all those that hold today."""

    shown: list[Pin]
    all: int


def pins(cluster: Cluster, *, reader: Actor) -> Pins:
    """Those that end first before the others: constant queries."""
    if not _may_read(cluster, reader):
        return Pins([], 0)
    today, model = timezone.localdate(), current.models()[cluster.entity]
    is_out = Q((f"{cluster.kept_out}__gte", today))
    holding = model.objects.filter(is_out | Q((f"{cluster.kept_in}__gte", today)))
    until = Case(When(is_out, then=F(cluster.kept_out)), default=F(cluster.kept_in))
    shown = pins_of(cluster, list(holding.order_by(until, "id")[:SHOWN]), reader=reader)
    return Pins(shown, len(shown) if len(shown) < SHOWN else holding.count())


def pins_of(cluster: Cluster, records: Sequence[Record], *, reader: Actor) -> list[Pin]:
    """Those of the records that are pinned today."""
    if not _may_read(cluster, reader):
        return []
    today = timezone.localdate()
    held = {record.pk: how for record in records if (how := kept(record, cluster.kept_in, cluster.kept_out, today)) is not None}
    found = [record for record in records if record.pk in held]
    changes = {
        how: last_changes([record for record in found if held[record.pk] == how], name)
        for how, name in (("in", cluster.kept_in), ("out", cluster.kept_out))
    }
    return [_pin(cluster, record, held[record.pk], changes[held[record.pk]].get(record.pk), reader) for record in found]


def _pin(cluster: Cluster, record: Record, how: Kept, change: ChangeSet | None, reader: Actor) -> Pin:
    until = getattr(record, cluster.kept_in if how == "in" else cluster.kept_out)
    by, reason = (author_of(change), change.summary) if change else ("", "")
    title = title_of(record, readable(reader, record.entity))
    return Pin(record.pk, title, record_url(cluster.entity, record.pk), how, until, by, reason)


def _may_read(cluster: Cluster, reader: Actor) -> bool:
    """Pins that its expression asks for, and that the reader may see."""
    names = (cluster.kept_in, cluster.kept_out)
    return pins_count(cluster) and all(may(reader, "read", cluster.entity, name) for name in names)
