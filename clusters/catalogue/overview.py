"""The catalogue's page: the clusters of a tab that a text is found in, the largest first, each with its share of all records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import readable
from clusters.membership import Kind
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.schema.generated import current
from crm.ui.menu import has_words

TABS = ("used", "mine", "archived")


@dataclass(frozen=True)
class OverviewRow:
    """`members` is None where the rule cannot be evaluated; `reason` says why a cluster is archived."""

    cluster: Cluster
    kind: Kind
    rule: str
    members: int | None
    percent: float
    reason: str


@dataclass(frozen=True)
class OverviewTab:
    name: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Overview:
    """`at` is when the members were counted."""

    tabs: list[OverviewTab]
    rows: list[OverviewRow]
    text: str
    at: datetime

    @property
    def is_empty(self) -> bool:
        """Return True if there is no cluster at all, whichever the tab."""
        return not any(tab.count for tab in self.tabs)


def overview(tab: str, text: str, *, reader: Actor) -> Overview:
    by_tab = _by_tab(reader)
    tab = tab if tab in TABS else "used"
    shown = [cluster for cluster in by_tab[tab] if has_words(_words(cluster), text)]
    members, totals = membership.counts(shown), _totals(shown)
    rows = sorted((_row(cluster, members, totals) for cluster in shown), key=lambda row: (-(row.members or 0), row.cluster.label))
    return Overview(_tabs(by_tab, tab), rows, text, timezone.now())


def _by_tab(reader: Actor) -> dict[str, list[Cluster]]:
    clusters = Cluster.objects.select_related("owner")
    used = readable(reader, clusters)
    mine = [cluster for cluster in used if reader.user and cluster.owner_id == reader.user.pk]
    return {"used": used, "mine": mine, "archived": readable(reader, clusters, archived=True)}


def _tabs(by_tab: Mapping[str, list[Cluster]], current_tab: str) -> list[OverviewTab]:
    labels = {"used": _("In use"), "mine": _("Mine"), "archived": _("Archived")}
    return [OverviewTab(name, labels[name], len(by_tab[name]), name == current_tab) for name in TABS]


def _words(cluster: Cluster) -> str:
    return f"{cluster.label} {cluster.name} {cluster.owner or ''} {membership.rule_text(cluster)}"


def _totals(clusters: list[Cluster]) -> dict[str, int]:
    """The number of records by entity."""
    generated = current.models()
    entities = {cluster.entity for cluster in clusters if cluster.entity in generated}
    return {entity: generated[entity].objects.count() for entity in entities}


def _row(cluster: Cluster, members: Mapping[str, int], totals: Mapping[str, int]) -> OverviewRow:
    count, total = members.get(cluster.name), totals.get(cluster.entity, 0)
    percent = 100 * count / total if count and total else 0.0
    return OverviewRow(
        cluster, membership.kind_of(cluster), membership.rule_text(cluster), count, percent, archived_because(cluster)
    )


def archived_because(cluster: Cluster) -> str:
    if membership.field_of(cluster) is None:
        return _("Its field “%s” was removed.") % cluster.field
    return _("Archived by hand.") if cluster.archived_at else ""
