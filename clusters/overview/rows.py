"""The catalogue's page: the clusters of a tab that a text is found in, the largest first, each with its share of all records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import readable
from clusters.comparing.usage import use_counts
from clusters.membership import Kind
from clusters.models import Cluster
from clusters.overview.numbers import CountedCluster, CountedClusters, exact_numbers, last_counts, quick_numbers
from clusters.overview.trends import Trend, trends
from crm.people.actors import Actor
from crm.ui.menu import has_words

TABS = ("used", "mine", "archived")


@dataclass(frozen=True)
class OverviewRow:
    """`reason` says why a cluster is archived, `uses` how much makes use of it; `trend` is None where nothing is known."""

    cluster: Cluster
    kind: Kind
    rule: str
    number: CountedCluster
    reason: str
    uses: int
    trend: Trend | None

    @property
    def members(self) -> int | None:
        return self.number.members if not self.number.problem else None

    @property
    def percent(self) -> float:
        return self.number.percent


@dataclass(frozen=True)
class OverviewTab:
    name: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Overview:
    """`at` is when the members were counted, the longest ago of them; `is_exact` if that is now."""

    tabs: list[OverviewTab]
    rows: list[OverviewRow]
    text: str
    at: datetime | None
    is_exact: bool

    @property
    def is_empty(self) -> bool:
        """Return True if there is no cluster at all, whichever the tab."""
        return not any(tab.count for tab in self.tabs)

    @property
    def tab(self) -> str:
        return next(tab.name for tab in self.tabs if tab.is_current)


def overview(tab: str, text: str, *, reader: Actor, exact: bool = False) -> Overview:
    """With the numbers of the last count where counting takes long, unless they shall be `exact`."""
    by_tab = _by_tab(reader)
    tab = tab if tab in TABS else "used"
    shown = [cluster for cluster in by_tab[tab] if has_words(_words(cluster), text)]
    numbers = exact_numbers(shown) if exact else quick_numbers(shown)
    grown, uses = trends(last_counts(shown), _sizes(shown, numbers)), use_counts(shown)
    rows = [_row(cluster, numbers.by_name[cluster.name], uses[cluster.pk], grown.get(cluster.pk)) for cluster in shown]
    rows.sort(key=lambda row: (-(row.members or 0), row.cluster.label))
    return Overview(_tabs(by_tab, tab), rows, text, numbers.at, numbers.is_exact)


def _sizes(clusters: Sequence[Cluster], numbers: CountedClusters) -> dict[int, int]:
    """Of clusters that people fill, as exactly as they are counted: their pages read what was written since, too."""
    by_hand = [cluster for cluster in clusters if not membership.has_rule(cluster)]
    return {cluster.pk: size for cluster in by_hand if (size := numbers.by_name[cluster.name].members) is not None}


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


def _row(cluster: Cluster, number: CountedCluster, uses: int, trend: Trend | None) -> OverviewRow:
    return OverviewRow(
        cluster, membership.kind_of(cluster), membership.rule_text(cluster), number, archived_because(cluster), uses, trend
    )


def archived_because(cluster: Cluster) -> str:
    if membership.field_of(cluster) is None:
        return _("Its field “%s” was removed.") % cluster.field
    return _("Archived by hand.") if cluster.archived_at else ""
