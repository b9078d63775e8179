"""What the CRM shows of things that other packages know. Each slice fills the points it knows of in its module `extending`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.utils.functional import Promise

from crm.people.actors import Actor
from crm.people.requests import SignedInRequest


@dataclass(frozen=True)
class SiteLink:
    """A page of the site, offered to people who may `verb`; `icon` is a name of lucide's."""

    label: str | Promise
    url: str
    verb: str
    icon: str = ""


@dataclass(frozen=True)
class ClusterChip:
    """How a cluster's field is shown: its label, one of the twelve colours, the address of its page."""

    label: str
    colour: int
    url: str


@dataclass(frozen=True)
class ListedCluster:
    """A cluster in use, as lists and record pages show it: its members are the records for which `rule` holds.

    `kind` says who decides: people, record by record (`hand`), an expression (`rule`), a value of another field (`tier`,
    `value`); `expression` is the rule as people read it. `field` is the cluster's own, except of a value.
    """

    name: str
    chip: ClusterChip
    kind: str
    field: str
    rule: str
    expression: str


@dataclass(frozen=True)
class ListAction:
    """Something that can be done with the records of a list: the words of the link, and its address."""

    label: str
    url: str


@dataclass(frozen=True)
class DashboardPanel:
    """A part of the dashboard: its template and the variables of it."""

    template: str
    context: Mapping[str, Any]  # Any: template variables


@dataclass(frozen=True)
class FormEntry:
    """A form besides the default one, in the navigation under its entity: its label, and `_form` of its pages."""

    entity: str
    label: str
    name: str


# What a form's record page (`record`) or list (`list`) would look like, for the person who asks.
FormPreview = Callable[[SignedInRequest, Any, str], str]  # Any: a Form, whose module uses this one

# Of the clusters given, those that each record is in, in their order.
ClustersOf = Callable[
    [Sequence[ListedCluster], Sequence[Any]], list[list[ListedCluster]]
]  # Any: records, whose class builds on this

# A panel for the person who asks, or None when it is not allowed or there is nothing to show.
PanelBuilder = Callable[[SignedInRequest], DashboardPanel | None]


@dataclass(frozen=True)
class MenuEntry:
    """A result of the command menu: its label, its address, and what tells it from others of the same label."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class MenuGroup:
    heading: str
    entries: list[MenuEntry]


# Results for a text, the best first, of what the person may see. Without a text there are none.
MenuFinder = Callable[[SignedInRequest, str], list[MenuGroup]]


@dataclass(frozen=True)
class SchemaPart:
    """A part of the schema file that another package stores: its rows as JSON, and how they are imported.

    `take_over` adds what is missing, changes what differs, and returns a sentence for each; it runs in the import's transaction.
    `fields` names the fields, each with its entity, that the rows are shown for: of a file of an earlier release.
    """

    document: Callable[[], list[dict[str, Any]]]
    take_over: Callable[[list[dict[str, Any]], Actor], list[str]]
    fields: Callable[[list[dict[str, Any]]], set[tuple[str, str]]] = lambda _rows: set()


@dataclass(frozen=True)
class FieldDependent:
    """Something that depends on a field: its kind, its name, its page; `field` where it is a field itself."""

    kind: str
    label: str
    url: str
    entity: str = ""
    field: str = ""


@dataclass(frozen=True)
class ChangeSetOrigin:
    """What a change-set was, in few words (`Undo …`), and the label and address of the page that it was made on."""

    name: str
    label: str
    url: str


@dataclass
class Extensions:
    """The extension points. Entities are named by their acronyms.

    `navigation` has the pages of the navigation, `commands` what the
    command menu offers to begin; both by their place from the top.
    `cluster_fields` gives, for an entity, the chip of each field that is a cluster, in the catalogue's order.
    `clusters` gives those of an entity that are in use and that this person may read, in the catalogue's order, and `clusters_of`
    which of them each record of that entity is in: one query, whatever the number of both.
    `cluster_counts` gives, for clusters of an entity, how many records are in each, by name; none where that cannot be counted.
    `list_actions` gives what this person can do with the records of a list that an entity's `rule` narrows, or, where no rule
    can say what does, the address `narrowing` (`ListQuery.narrowing`).
    `give_numbers` fills an Auto Increment field of the records that have no number, the oldest first.
    `other_forms` gives the forms that this person may use besides the default ones, in the order of their names.
    `form_preview` shows a form with records, beside its designer.
    `panels` are the dashboard's, by their place from the top.
    `finders` search for the command menu, by their place from the top.
    `dependents` give what depends on a field of an entity, as a cluster does, by their package's name.
    `dependents_of_entity` give what cannot exist without an entity, and `cleanups` delete
    what is stored about its records (by acronym and names of fields) when these are deleted
    for good: long work, repeated if it was interrupted. Both by their package's name.
    `after_writing` is called with an entity whose records an import or an undo has written, in its last transaction, by package.
    `origins` give where a change-set was made on another page than a record's or a worksheet's, by their package's name.
    `schema_parts` are parts of the schema file, by their name in it.
    `measures` are what `make bench` measures of a package, as a module with `NAMES` and `measured`, by the package's name.
    """

    navigation: dict[int, SiteLink] = field(default_factory=dict)
    commands: dict[int, SiteLink] = field(default_factory=dict)
    cluster_fields: Callable[[str], Mapping[str, ClusterChip]] = field(default=lambda _entity: {})
    clusters: Callable[[Actor, str], list[ListedCluster]] = field(default=lambda _actor, _entity: [])
    clusters_of: ClustersOf = field(default=lambda _clusters, records: [list[ListedCluster]() for _record in records])
    cluster_counts: Callable[[str, Sequence[ListedCluster]], Mapping[str, int]] = field(default=lambda _entity, _clusters: {})
    list_actions: Callable[[Actor, str, str, str], list[ListAction]] = field(
        default=lambda _actor, _entity, _rule, _narrowing: []
    )
    form_preview: FormPreview = field(default=lambda _request, _form, _part: "")
    give_numbers: Callable[[type[Any], str], None] = field(default=lambda _model, _name: None)  # Any: a generated class
    other_forms: Callable[[Actor], list[FormEntry]] = field(default=lambda _actor: [])
    panels: dict[int, PanelBuilder] = field(default_factory=dict)
    finders: dict[int, MenuFinder] = field(default_factory=dict)
    dependents: dict[str, Callable[[str, str], list[FieldDependent]]] = field(default_factory=dict)
    dependents_of_entity: dict[str, Callable[[str], list[FieldDependent]]] = field(default_factory=dict)
    cleanups: dict[str, Callable[[str, Sequence[str]], None]] = field(default_factory=dict)
    after_writing: dict[str, Callable[[str], None]] = field(default_factory=dict)
    origins: dict[str, Callable[[Any], ChangeSetOrigin | None]] = field(default_factory=dict)  # Any: a ChangeSet
    schema_parts: dict[str, SchemaPart] = field(default_factory=dict)
    measures: dict[str, ModuleType] = field(default_factory=dict)


extensions = Extensions()


def tell_of_writing(entity: str) -> None:
    for tell in extensions.after_writing.values():
        tell(entity)


def origin_of(change_set: Any) -> ChangeSetOrigin | None:  # Any: a ChangeSet, whose module uses this one
    return next(filter(None, (find(change_set) for find in extensions.origins.values())), None)
