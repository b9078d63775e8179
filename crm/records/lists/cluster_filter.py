"""The clusters that a list is narrowed by: `_in=A,B` in any of them, repeated: in each; `_not_in=A,B` in none of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.extensions import ListedCluster
from crm.records.errors import BadQuery
from crm.records.lists.list_query import CLUSTER, IN, MATCH, NOT_IN, ListQuery
from crm.rules.parsing import parse
from crm.rules.tree import AllOf, AnyOf, NotRule, Rule

Match = Literal["any", "all", "none"]
NAMED = 2  # clusters that a condition's chip names; the others are counted


@dataclass(frozen=True)
class ClusterCondition:
    """In any, in all or in none of the clusters of these names."""

    match: Match
    names: tuple[str, ...]

    @property
    def parameter(self) -> str:
        return NOT_IN if self.match == "none" else IN


def conditions_of(query: ListQuery) -> list[ClusterCondition]:
    """All have to hold: each `_in` of several clusters, those of one together, and all `_not_in` together."""
    lists = [_names(text) for text in query.parameters.get(IN, ())]
    several = [ClusterCondition("any", names) for names in lists if len(names) > 1]
    alone = _unique(name for names in lists if len(names) == 1 for name in names)
    none = _unique(name for text in query.parameters.get(NOT_IN, ()) for name in _names(text))
    found = [*several, ClusterCondition("all" if len(alone) > 1 else "any", alone), ClusterCondition("none", none)]
    return [condition for condition in dict.fromkeys(found) if condition.names]


def parameters_of(conditions: Iterable[ClusterCondition]) -> dict[str, tuple[str, ...]]:
    """The values of `_in` and `_not_in`."""
    values: dict[str, list[str]] = {IN: [], NOT_IN: []}
    for condition in conditions:
        values[condition.parameter] += condition.names if condition.match == "all" else [",".join(condition.names)]
    return {name: tuple(texts) for name, texts in values.items()}


def with_picked(query: ListQuery) -> ListQuery:
    """The query that a filter form sent, with the clusters ticked there as one more condition. Raises BadQuery."""
    match, names = query.one(MATCH) or "any", _unique(query.parameters.get(CLUSTER, ()))
    if match not in get_args(Match):
        raise BadQuery(_("A list shows who is in any, in all or in none of the clusters."), parameter=MATCH)
    picked = replace(query, parameters={**query.parameters, **_added(query, match, names)})  # type: ignore[arg-type]  # one of them
    kept = {name: values for name, values in picked.parameters.items() if name not in {MATCH, CLUSTER}}
    return replace(query, parameters={**kept, **parameters_of(conditions_of(picked))})


def rule_of(condition: ClusterCondition, clusters: Sequence[ListedCluster]) -> Rule:
    """Raises BadQuery for a cluster that is not there, archived, or not this person's to read: which of these is not said."""
    known = {cluster.name: cluster for cluster in clusters}
    for name in condition.names:
        if name not in known:
            words = {"name": name[:60].replace("\0", "")}
            raise BadQuery(_("No cluster in use is called “%(name)s”.") % words, parameter=condition.parameter)
    rules = tuple(parse(known[name].rule) for name in condition.names)
    joined = rules[0] if len(rules) == 1 else AllOf(rules) if condition.match == "all" else AnyOf(rules)
    return NotRule(joined) if condition.match == "none" else joined


def address_without(query: ListQuery, condition: ClusterCondition) -> str:
    return query.address(**parameters_of(other for other in conditions_of(query) if other != condition))


def in_words(condition: ClusterCondition, clusters: Sequence[ListedCluster]) -> str:
    """As a chip says it: “in any of VIP, Gold and 1 more”."""
    labels = _labels(condition, {cluster.name: cluster.chip.label for cluster in clusters})
    if len(condition.names) == 1:
        return (_("not in %(clusters)s") if condition.match == "none" else _("in %(clusters)s")) % {"clusters": labels}
    words = {"any": _("in any of %(clusters)s"), "all": _("in all of %(clusters)s"), "none": _("in none of %(clusters)s")}
    return words[condition.match] % {"clusters": labels}


def _labels(condition: ClusterCondition, labels: Mapping[str, str]) -> str:
    shown = ", ".join(labels.get(name, name) for name in condition.names[:NAMED])
    rest = len(condition.names) - NAMED
    if rest <= 0:
        return shown
    return ngettext("%(clusters)s and %(n)s more", "%(clusters)s and %(n)s more", rest) % {"clusters": shown, "n": rest}


def _added(query: ListQuery, match: Match, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    added = parameters_of([ClusterCondition(match, names)] if names else [])
    return {name: (*query.parameters.get(name, ()), *values) for name, values in added.items()}


def _names(text: str) -> tuple[str, ...]:
    return _unique(name.strip() for name in text.split(","))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


def unknown_left_out(conditions: Iterable[ClusterCondition], clusters: Sequence[ListedCluster]) -> Iterator[ClusterCondition]:
    """The conditions that a form may pass on: without what would be refused again."""
    known = {cluster.name for cluster in clusters}
    for condition in conditions:
        if names := tuple(name for name in condition.names if name in known):
            yield replace(condition, names=names)
