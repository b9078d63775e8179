"""Who is pinned in a cluster: kept in or out, until when, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from clusters.models import Cluster
from clusters.pins.pinning import Kept
from clusters.why.changes import author_of, last_changes
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
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


def pins(cluster: Cluster, *, reader: Actor) -> list[Pin]:
    """The first SHOWN that hold today, those that end first before the others: constant queries."""
    if not cluster.kept_in or not _may_read(cluster, reader):
        return []
    today, model = timezone.localdate(), current.models()[cluster.entity]
    holds = Q((f"{cluster.kept_in}__gte", today)) | Q((f"{cluster.kept_out}__gte", today))
    return pins_of(
        cluster, list(model.objects.filter(holds).order_by(cluster.kept_out, cluster.kept_in, "id")[:SHOWN]), reader=reader
    )


def pins_of(cluster: Cluster, records: Sequence[Record], *, reader: Actor) -> list[Pin]:
    """Those of the records that are pinned today."""
    if not cluster.kept_in or not _may_read(cluster, reader):
        return []
    held = {record.pk: kept for record in records if (kept := _kept(cluster, record)) is not None}
    found = [record for record in records if record.pk in held]
    changes = {
        name: last_changes([record for record in found if held[record.pk] == kept], name)
        for kept, name in (("in", cluster.kept_in), ("out", cluster.kept_out))
    }
    return [_pin(cluster, record, held[record.pk], changes, reader) for record in found]


def _kept(cluster: Cluster, record: Record) -> Kept | None:
    """Out is stronger than in, as the expression has it."""
    today = timezone.localdate()
    for kept, name in (("out", cluster.kept_out), ("in", cluster.kept_in)):
        until = getattr(record, name, None)
        if until is not None and until >= today:
            return kept  # type: ignore[return-value]  # one of the two words
    return None


def _pin(cluster: Cluster, record: Record, kept: Kept, changes: dict, reader: Actor) -> Pin:
    name = cluster.kept_in if kept == "in" else cluster.kept_out
    change = changes[name].get(record.pk)
    by, reason = (author_of(change), change.summary) if change else ("", "")
    title = title_of(record, readable(reader, record.entity))
    return Pin(record.pk, title, record_url(cluster.entity, record.pk), kept, getattr(record, name), by, reason)


def _may_read(cluster: Cluster, reader: Actor) -> bool:
    entity = current.entity(cluster.entity)
    names = (cluster.kept_in, cluster.kept_out)
    return all(entity.field(name) is not None and may(reader, "read", cluster.entity, name) for name in names)
