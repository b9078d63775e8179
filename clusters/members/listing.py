"""The members of a cluster, a page at a time, each with when and by whom the present state came about."""

from dataclasses import dataclass
from datetime import datetime

from clusters import membership
from clusters.history.reading import last_events
from clusters.models import Cluster
from clusters.why.changes import author_of, last_changes
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.records.lists.paging import Page, Sort, read_page
from crm.schema.record import Record

PAGE_SIZE = 50
NEWEST_FIRST = Sort("id", descending=True)


@dataclass(frozen=True)
class Member:
    """`since` and `by` are unknown of those who were in before anything was stored, and where the history is gone."""

    id: str
    title: str
    url: str
    since: datetime | None
    by: str


@dataclass(frozen=True)
class MembersPage:
    """`after` and `before` are cursors of the pages beside it."""

    rows: list[Member]
    after: str | None
    before: str | None


def members_page(cluster: Cluster, *, reader: Actor, after: str = "", before: str = "") -> MembersPage:
    """Constant queries. Raises RuleError when the rule cannot be evaluated, BadQuery for a damaged cursor."""
    members = membership.members(cluster)
    page = read_page(members, NEWEST_FIRST, after=after, before=before, size=PAGE_SIZE)
    return MembersPage(_members(cluster, page, reader), page.after, page.before)


def _members(cluster: Cluster, page: Page[Record], reader: Actor) -> list[Member]:
    known = _by_rule(cluster, page) if membership.has_rule(cluster) else _by_hand(cluster, page)
    return [
        Member(
            record.pk,
            title_of(record, readable(reader, record.entity)),
            record_url(cluster.entity, record.pk),
            *known.get(record.pk, (None, "")),
        )
        for record in page.rows
    ]


def _by_hand(cluster: Cluster, page: Page[Record]) -> dict[str, tuple[datetime | None, str]]:
    return {pk: (change.at, author_of(change)) for pk, change in last_changes(page.rows, cluster.field).items()}


def _by_rule(cluster: Cluster, page: Page[Record]) -> dict[str, tuple[datetime | None, str]]:
    """As the last comparison found it, and why: nobody joins by a rule in person."""
    events = last_events(cluster, [record.pk for record in page.rows])
    return {pk: (event.at, event.get_cause_display()) for pk, event in events.items() if event.joined}
