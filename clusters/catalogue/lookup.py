"""The clusters there are: looking them up, and what every name and label in the catalogue must be."""

import re
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clusters.errors import InvalidCluster
from clusters.membership import is_archived, problem_of
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.rules.printing import print_rule
from crm.schema.fieldtypes.invisible import invisible_code, trimmed
from crm.schema.generated import current
from crm.schema.models import DataEntity

RESERVED = {"new", "overlaps"}
COLOURS = 12
LONGEST_LABEL = 100
LONGEST_DESCRIPTION = 1_000
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def readable(reader: Actor, clusters: QuerySet[Cluster] | None = None, *, archived: bool = False) -> list[Cluster]:
    """The clusters whose field the reader may read: those in use, or those that are archived."""
    found = Cluster.objects.all() if clusters is None else clusters
    return [c for c in found if is_archived(c) == archived and may(reader, "read", c.entity, c.field)]


def named(name: str) -> Cluster:
    """Raises InvalidCluster."""
    cluster = Cluster.objects.filter(name=name).first()
    if cluster is None:
        raise InvalidCluster(_("There is no cluster %s.") % name)
    return cluster


def drafted_entity(acronym: str) -> DataEntity:
    entity = DataEntity.objects.filter(acronym=acronym).first()
    if entity is None or acronym not in current.models():
        raise InvalidCluster(_("There is no entity %s.") % acronym)
    return entity


def checked_rule(rule: str, entity: str, *, by: Actor) -> str:
    """The rule as `print_rule` writes it. Raises RuleError."""
    drafted_entity(entity)
    return print_rule(querying.checked_rule(rule, current.models()[entity], reader=by))


def check_answerable(cluster: Cluster) -> None:
    """After its rule was published: asked as a whole it is one step deeper than its field. Raises InvalidCluster."""
    with current.pinned(current.newest()):
        if problem := problem_of(cluster):
            raise InvalidCluster(problem)


def check_name(name: str) -> None:
    if name.lower() in RESERVED:
        raise InvalidCluster(_("A cluster may not be called “%s”.") % name)
    if Cluster.objects.filter(name__iexact=name).exists():
        raise InvalidCluster(_("The cluster “%s” exists already.") % name)


def check_label(label: str, others: Iterable[Cluster]) -> None:
    """A line of text that no other cluster has: two of one label could not be told apart. Raises InvalidCluster."""
    if not trimmed(label) or len(label) > LONGEST_LABEL or UNPRINTABLE.search(label) or invisible_code(label):
        raise InvalidCluster(_("A cluster's name has 1 to %s characters, on one line.") % LONGEST_LABEL)
    label = trimmed(label)
    labels = (text for cluster in others for text in cluster.labels.values())
    if label.casefold() in map(str.casefold, labels):
        raise InvalidCluster(_("The cluster “%s” exists already.") % label)


def next_colour() -> int:
    return Cluster.objects.count() % COLOURS + 1
