"""The members of a cluster, a page at a time, each with when and by whom the present state came about."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError

from clusters import membership
from clusters.history.reading import last_events
from clusters.history.refreshing import refresh
from clusters.members.joining_order import page_by_joining
from clusters.models import Cluster
from clusters.overview.numbers import COUNTED_AT_ONCE
from clusters.why.changes import author_of, last_changes
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.addresses import record_url
from crm.records.cells import title_of
from crm.records.lists.paging import Page, Sort, read_page
from crm.schema.generated import current
from crm.schema.record import Record

PAGE_SIZE = 50
NEWEST_FIRST = Sort("id", descending=True)
BY_JOINING = NEWEST, OLDEST = ("joined DESC", "joined ASC")


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
    """`after` and `before` are cursors of the pages beside it; `sort` is one of BY_JOINING, or empty."""

    rows: list[Member]
    after: str | None
    before: str | None
    sort: str = ""

    @property
    def sorted(self) -> str:
        """How the moments of joining are sorted."""
        return {"": "", NEWEST: "descending", OLDEST: "ascending"}[self.sort]

    @property
    def other_sort(self) -> str:
        return OLDEST if self.sort == NEWEST else NEWEST


def members_page(cluster: Cluster, *, reader: Actor, sort: str = "", after: str = "", before: str = "") -> MembersPage:
    """Constant queries. Raises RuleError when the rule cannot be evaluated, BadQuery for a damaged cursor."""
    sort = sort if sort in BY_JOINING else ""
    if sort:
        if not (after or before):
            _compare_few(cluster)
        page = page_by_joining(cluster, newest_first=sort == NEWEST, after=after, before=before, size=PAGE_SIZE)
    else:
        page = read_page(membership.members(cluster), NEWEST_FIRST, after=after, before=before, size=PAGE_SIZE)
    return MembersPage(_members(cluster, page, reader), page.after, page.before, sort)


def _compare_few(cluster: Cluster) -> None:
    """Among many records, or where nothing can be stored, those who joined since the last comparison count as unknown."""
    if current.models()[cluster.entity].objects.count() <= COUNTED_AT_ONCE and not membership.is_archived(cluster):
        with suppress(OperationalError):
            refresh(cluster)


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
