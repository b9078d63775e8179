"""The joins and leaves of a cluster as a page lists them, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from clusters.history.describing_history import authors_of
from clusters.models import Cluster, MembershipEvent
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.schema.generated import current

PAGE_SIZE = 50


@dataclass(frozen=True)
class FeedRow:
    """`url` is empty where the record is gone."""

    event: MembershipEvent
    title: str
    url: str
    by: str

    @property
    def after(self) -> datetime | None:
        """Since when it may have been, where that is another minute than the last in which it was."""
        after, at = self.event.after, self.event.at
        return after if after and after.replace(second=0, microsecond=0) < at.replace(second=0, microsecond=0) else None


@dataclass(frozen=True)
class Feed:
    """`older` is the cursor of the next page, if there is one."""

    rows: list[FeedRow]
    older: int | None


def feed(cluster: Cluster, *, reader: Actor, after: int | None = None) -> Feed:
    """Constant queries, however many events there are. `after`: those older than this event; an unknown one is the newest."""
    found = cluster.events.order_by("-at", "-id")
    last = cluster.events.filter(pk=after).first() if after else None
    if last is not None:
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    events = list(found[: PAGE_SIZE + 1])
    shown = events[:PAGE_SIZE]
    return Feed(_rows(cluster, shown, reader), shown[-1].pk if len(events) > PAGE_SIZE else None)


def titles(cluster: Cluster, ids: Sequence[str], *, reader: Actor) -> list[tuple[str, str]]:
    """Title and address of each record, its id and no address where it is gone."""
    model = current.models()[cluster.entity]
    records, fields = model.objects.in_bulk(list(ids)), readable(reader, model.entity)
    return [(title_of(records[pk], fields), record_url(cluster.entity, pk)) if pk in records else (pk, "") for pk in ids]


def _rows(cluster: Cluster, events: Sequence[MembershipEvent], reader: Actor) -> list[FeedRow]:
    authors = authors_of(events)
    named = titles(cluster, [event.record for event in events], reader=reader)
    return [
        FeedRow(event, title, url, authors.get(event.change_set or 0, ""))
        for event, (title, url) in zip(events, named, strict=True)
    ]
