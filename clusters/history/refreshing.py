"""Brings the history of clusters up to date: daily, before and after a rule changes, after imports and undos, and on reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clusters import membership
from clusters.history import versions
from clusters.history.comparing_rules import compare
from clusters.history.folding import fold_changes
from clusters.history.sources import Compared, first_unread
from clusters.models import Cluster, ClusterCount, CurrentMember, MembershipEvent
from crm.records.dialects import dialect
from crm.schema.generated import current
from crm.schema.models import Publication


@dataclass(frozen=True)
class Refreshed:
    """How many clusters were compared, and how many joined and left them."""

    clusters: int = 0
    joined: int = 0
    left: int = 0

    def __add__(self, more: "Refreshed") -> "Refreshed":
        return Refreshed(self.clusters + more.clusters, self.joined + more.joined, self.left + more.left)


def refresh_all(clusters: Iterable[Cluster] | None = None) -> Refreshed:
    """One whose rule cannot be evaluated keeps its last count, with the reason; archived ones are left alone."""
    found = Cluster.objects.all() if clusters is None else clusters
    return sum((refresh(cluster) for cluster in found if not membership.is_archived(cluster)), Refreshed())


def refresh(cluster: Cluster, *, cause: str = "") -> Refreshed:
    """In one transaction, so that a comparison that is broken off has stored nothing; two at once wait for each other."""
    cluster = Cluster.objects.get(pk=cluster.pk)  # a job has read it long ago
    with current.pinned() as generated, transaction.atomic():
        last, _is_new = ClusterCount.objects.select_for_update().get_or_create(cluster=cluster)
        condition = membership.conditions_of(cluster.entity, [cluster]).get(cluster.name)
        if condition is None:
            return _failed(last, membership.problem_of(cluster))
        compared = Compared(cluster, generated[cluster.entity], condition, last)
        dialect().plan_for_many_rows()
        unread = first_unread(last.unread)
        at = max(timezone.now(), last.counted_at or timezone.now())  # a clock that was set back disorders nothing
        if membership.has_rule(cluster):
            joined, left = _compare(compared, at=at, cause=cause)
        else:
            joined, left = fold_changes(compared)
        last.of = compared.model.objects.count()
        _store(last, at, unread)
    return Refreshed(1, joined, left)


def _compare(compared: Compared, *, at: datetime, cause: str) -> tuple[int, int]:
    """A rule that was changed elsewhere since the last time gets its version now, and what it did is of that cause."""
    rule, cluster = membership.rule_text(compared.cluster), compared.cluster
    last = None if cause else versions.outdated(cluster, rule)
    joined, left = compare(compared, at=at, cause="rule" if last else cause)
    if last is not None:
        versions.store_version(cluster, before=last.after, after=rule, by=_who_published(), joined=joined, left=left)
    return joined, left


def _who_published() -> str:
    """Of the newest publication, which is what changed the rule unless several were published since."""
    found = Publication.objects.select_related("published_by").first()
    return str(found.published_by) if found and found.published_by else ""


def forget_before_retention() -> int:
    """Deletes events as old as forgotten changes; who is in stays known."""
    cutoff = timezone.now() - timedelta(days=settings.RETAIN_HISTORY_DAYS)
    deleted, _by_table = MembershipEvent.objects.filter(at__lt=cutoff).delete()
    ClusterCount.objects.filter(known_from__lt=cutoff).update(known_from=cutoff)
    return deleted


def _store(last: ClusterCount, at: datetime, unread: int) -> None:
    last.unread = unread
    last.members = CurrentMember.objects.filter(cluster=last.cluster).count()
    last.counted_at, last.failed_since, last.reason = at, None, ""
    last.known_from = last.known_from or _known_from(last, at)
    last.save()


def _known_from(last: ClusterCount, at: datetime) -> datetime:
    """Of a rule from the first comparison on; of a field from the first change that is still kept."""
    if membership.has_rule(last.cluster):
        return at
    first = MembershipEvent.objects.filter(cluster=last.cluster).order_by("at").values_list("at", flat=True).first()
    return min(first or at, last.cluster.created_at)


def _failed(last: ClusterCount, reason: str) -> Refreshed:
    last.failed_since = last.failed_since or timezone.now()
    last.reason = reason
    last.save()
    return Refreshed()
