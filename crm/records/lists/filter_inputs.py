"""The inputs above a list, as they were filled in, valid or not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.extensions import ClusterChip, ListedCluster, extensions
from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.layouts import Layout
from crm.records.lists.cluster_filter import ClusterCondition, Match, conditions_of, in_words, parameters_of, unknown_left_out
from crm.records.lists.filtering import EMPTY
from crm.records.lists.list_query import COUNTS, PICK, ListQuery
from crm.records.lists.reference_choices import address_of, title_of
from crm.records.lists.typed_filters import shown_text
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition

Parameter = tuple[str, str]
NEW = "new"  # `_pick` of a condition that is not there yet


@dataclass(frozen=True)
class FilterChoice:
    """A filter that the page offers: its field, the values in force, the options when there are few, what an input shows."""

    field: FieldDefinition
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    text: str
    choices: str = ""  # where a combo box asks for the records that a relationship can point to

    @property
    def title(self) -> str:
        """Return what is shown of the record that a relationship is filtered by."""
        return title_of(self.text, self.field) if self.choices else ""


@dataclass(frozen=True)
class ClusterBox:
    """A cluster to tick. `count` is how many are in, None where it was not counted."""

    name: str
    chip: ClusterChip
    is_ticked: bool
    count: int | None


@dataclass(frozen=True)
class ClusterPicker:
    """The clusters of one condition: one that is there, or a new one. `counting` is the address that counts them as well."""

    match: Match
    boxes: list[ClusterBox]
    counting: str
    is_counted: bool


@dataclass(frozen=True)
class ClustersFilter:
    """The one filter of all clusters. `summary` is what is in force; `address` opens the picker, which is long.

    `kept` stands where the picker comes, which takes its place: the one condition in force.
    """

    summary: str
    address: str
    picker: ClusterPicker | None
    kept: list[Parameter]


@dataclass(frozen=True)
class Filters:
    """The boxes above the list; that of the clusters stands after `clusters_at` others."""

    keyword: str
    where: str
    choices: list[FilterChoice]
    kept: list[Parameter]  # parameters that the filter form passes on
    clusters: ClustersFilter | None = None
    clusters_at: int = 0


def read_filters(
    entity: EntityDefinition, layout: Layout, query: ListQuery, *, actor: Actor, clusters: Sequence[ListedCluster]
) -> Filters:
    fields = {found.name: found for found in readable(actor, entity)}
    shown = _clusters_filter(entity, layout, query, clusters)
    kept = [(name, query.one(name)) for name in ("_form", "_sort", "_change_set") if query.one(name)]
    elsewhere = [picked_condition(query)] if query.one(PICK) else _alone(query) if shown else []
    passed = _passed_on([each for each in conditions_of(query) if each not in elsewhere], clusters)
    choices = list(_choices(entity, layout.filters, query, fields))
    return Filters(query.keyword, query.where, choices, [*kept, *passed], shown, layout.clusters_filter or 0)


def options_of_filter(found: FieldDefinition) -> tuple[tuple[str, str], ...]:
    """Return what a filter offers to pick: the type's options, and that there is none."""
    kind = fieldtypes.get(found.type)
    options = kind.filter_options(found)
    can_be_empty = bool(found.column) and not kind.needs_default
    return (*options, (EMPTY, _("Not set"))) if options and can_be_empty else tuple(options)


def picked_condition(query: ListQuery) -> ClusterCondition | None:
    """The condition that `_pick` means, by its place among those in force; None for a new one."""
    places = {str(at): condition for at, condition in enumerate(conditions_of(query))}
    return places.get(query.one(PICK))


def cluster_picker(entity: str, query: ListQuery, clusters: Sequence[ListedCluster]) -> ClusterPicker:
    """With how many are in each, if the address asks for that: one query, which may take its time."""
    condition = picked_condition(query)
    ticked = condition.names if condition else ()
    counts = extensions.cluster_counts(entity, clusters) if query.one(COUNTS) else {}
    boxes = [ClusterBox(each.name, each.chip, each.name in ticked, counts.get(each.name)) for each in clusters]
    counting = query.address(**{PICK: query.one(PICK) or NEW, COUNTS: "1"})
    return ClusterPicker(condition.match if condition else "any", boxes, counting, bool(counts))


def _clusters_filter(
    entity: EntityDefinition, layout: Layout, query: ListQuery, clusters: Sequence[ListedCluster]
) -> ClustersFilter | None:
    conditions = conditions_of(query)
    if not clusters or (layout.clusters_filter is None and not conditions and not query.one(PICK)):
        return None
    picker = cluster_picker(entity.acronym, query, clusters) if query.one(PICK) else None
    alone = _alone(query)
    summary = in_words(alone[0], clusters) if alone else _("Several conditions") if conditions else _("Any")
    return ClustersFilter(summary, query.address(**{PICK: "0" if alone else NEW}), picker, _passed_on(alone, clusters))


def _alone(query: ListQuery) -> list[ClusterCondition]:
    """The condition, where there is one: the filter opens it to be changed; of several each one's chip does."""
    conditions = conditions_of(query)
    return conditions if len(conditions) == 1 else []


def _passed_on(conditions: Iterable[ClusterCondition], clusters: Sequence[ListedCluster]) -> list[Parameter]:
    passed = parameters_of(unknown_left_out(conditions, clusters))
    return [(name, value) for name, values in passed.items() for value in values]


def _choices(
    entity: EntityDefinition, filters: Iterable[FieldDefinition], query: ListQuery, fields: Mapping[str, FieldDefinition]
) -> Iterator[FilterChoice]:
    """Yield the form's filters, and those that the address adds."""
    added = [fields[name] for name, values in query.filters.items() if values and name in fields]
    shown = {found.name: found for found in [*filters, *added] if found.name in fields and found.filterable}
    for name, found in shown.items():
        choices = address_of(entity, found) if fieldtypes.is_relation(found) else ""
        values = query.filters.get(name, ())
        first = values[0] if values else ""
        text = first if query.is_typed else shown_text(found, first)
        yield FilterChoice(found, values, options_of_filter(found), text, choices)
