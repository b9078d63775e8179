"""The clusters beside a record's form: those it is in, those it is not in, and those that somebody looks for."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from crm.extensions import ListedCluster, extensions
from crm.rules.folding import fold
from crm.schema.record import Record

FEW = 30  # clusters that all stand on the page; of more only those the record is in, and a search finds the others
MOST_FOUND = 20
OWN_FIELD = {"hand", "rule"}  # kinds of clusters that are a field of the form


@dataclass(frozen=True)
class ClustersAsked:
    """What a page shall show besides the clusters that the record is in: these fields, what a text finds, or all."""

    fields: Container[str] = ()
    text: str | None = None
    everything: bool = False


@dataclass(frozen=True)
class RecordClusters:
    """`clusters` are those that the person may read, `members` the names of those the record is in."""

    clusters: Sequence[ListedCluster]
    members: frozenset[str]
    shown: Sequence[ListedCluster]

    @property
    def inside(self) -> list[ListedCluster]:
        return [cluster for cluster in self.clusters if cluster.name in self.members]

    @property
    def outside_count(self) -> int:
        return len(self.clusters) - len(self.members)

    @property
    def is_long(self) -> bool:
        """Return True if there are more than a page shows unless asked for all."""
        return len(self.clusters) > FEW

    @property
    def is_whole(self) -> bool:
        return len(self.shown) == len(self.clusters)

    @property
    def fields(self) -> list[str]:
        """The fields that stand on the page as clusters."""
        return [cluster.field for cluster in self.shown if cluster.kind in OWN_FIELD]


@dataclass(frozen=True)
class ClusterLine:
    """A cluster as the page shows it: `input` is a switch, a box that cannot be ticked, or nothing where another field decides.

    `hides` says that a rule of the form may show and hide it.
    """

    cluster: ListedCluster
    is_in: bool
    input: str = ""  # markup
    input_id: str = ""
    help_text: str | Promise = ""
    hides: bool = False
    is_hidden: bool = False


def clusters_beside(clusters: Sequence[ListedCluster], record: Record | None, asked: ClustersAsked) -> RecordClusters:
    """Of a new record only those that people decide: no rule can say yet. One query for the rules of all."""
    if record is None:
        clusters = [cluster for cluster in clusters if cluster.kind == "hand"]
    members = frozenset(cluster.name for cluster in extensions.clusters_of(clusters, [record])[0]) if record else frozenset()
    return RecordClusters(clusters, members, _shown(clusters, members, asked))


def _shown(clusters: Sequence[ListedCluster], members: Container[str], asked: ClustersAsked) -> list[ListedCluster]:
    if asked.text is not None:
        return _found(clusters, members, asked)
    if asked.everything or len(clusters) <= FEW:
        return [*clusters]
    return [each for each in clusters if each.name in members or (each.kind == "hand" and each.field in asked.fields)]


def _found(clusters: Sequence[ListedCluster], members: Container[str], asked: ClustersAsked) -> list[ListedCluster]:
    """Those whose labels hold every word and that the page does not show yet."""
    words = fold(asked.text or "").split()
    others = (each for each in clusters if each.name not in members and each.field not in asked.fields)
    found = [each for each in others if words and all(word in fold(each.chip.label) for word in words)]
    return found[:MOST_FOUND]
