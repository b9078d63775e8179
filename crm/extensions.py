"""What the CRM shows of things that other packages know. Each point is filled at start by whoever knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.people.actors import Actor
from crm.people.requests import SignedInRequest
from crm.schema.definitions import EntityDefinition


@dataclass(frozen=True)
class ClusterChip:
    """How a cluster's field is shown: its label, one of the twelve colours, where its page is."""

    label: str
    colour: int
    url: str


@dataclass(frozen=True)
class RuleAction:
    """Something that can be done with what a list shows: the words of the link, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class DashboardPanel:
    """A part of the dashboard: its template and what that shows."""

    template: str
    context: Mapping[str, Any]  # Any: template variables


@dataclass(frozen=True)
class FormEntry:
    """A form beside the default one, in the navigation under its entity: its label, and `_form` of its pages."""

    entity: str
    label: str
    name: str


# What a form's record page (`record`) or list (`list`) would look like, for the person who asks.
FormPreview = Callable[[SignedInRequest, Any, str], str]  # Any: a Form, whose module asks this one

# A panel for the person who asks, or None when she may not see it or there is nothing to show.
PanelBuilder = Callable[[SignedInRequest], DashboardPanel | None]


@dataclass(frozen=True)
class MenuEntry:
    """Where the command menu leads: what it is called, its address, and what tells it from others of its name."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class MenuGroup:
    heading: str
    found: list[MenuEntry]


# What the person who asks may see of what a text means, the best first; without a text, nothing but places to go.
MenuFinder = Callable[[SignedInRequest, str], list[MenuGroup]]


@dataclass(frozen=True)
class SchemaPart:
    """A part of the schema file that another package keeps: its rows as JSON, and their way back.

    `take_over` adds what is missing, changes what differs, and gives a sentence for each; it runs in the import's transaction.
    """

    document: Callable[[], list[dict[str, Any]]]
    take_over: Callable[[list[dict[str, Any]], Actor], list[str]]


@dataclass(frozen=True)
class FieldDependent:
    """Something that depends on a field: what it is, its name, where its page is; `field` where it is one itself."""

    kind: str
    label: str
    url: str
    entity: str = ""
    field: str = ""


@dataclass
class Extensions:
    """`cluster_fields` gives, for an entity, the chip of each field that is a cluster, in the catalogue's order.

    `uses_of_rule` gives what this person can do with the rule that narrows a list.
    `give_numbers` fills an Auto Increment field of the records that have no number, the oldest first.
    `other_forms` gives the forms that this person may use beside those that she sees where a page names none, in the order of their names.
    `form_preview` shows a form at work, beside its designer.
    `panels` are the dashboard's, by their place from the top.
    `finders` answer the command menu, by their place from the top.
    `dependents` give what decides by a field of an entity, as a cluster does, by their package's name.
    `dependents_of_entity` give what cannot be without an entity, and `keepers` take away what they keep of its records when these are
    deleted for good: a long work, done again where it was interrupted. Both by their package's name.
    `schema_parts` are parts of the schema file, by their name in it.
    """

    cluster_fields: Callable[[EntityDefinition], Mapping[str, ClusterChip]] = field(default=lambda _entity: {})
    uses_of_rule: Callable[[Actor, EntityDefinition, str], list[RuleAction]] = field(default=lambda _actor, _entity, _rule: [])
    form_preview: FormPreview = field(default=lambda _request, _form, _part: "")
    give_numbers: Callable[[type[Any], str], None] = field(default=lambda _model, _name: None)  # Any: a generated class
    other_forms: Callable[[Actor], list[FormEntry]] = field(default=lambda _actor: [])
    panels: dict[int, PanelBuilder] = field(default_factory=dict)
    finders: dict[int, MenuFinder] = field(default_factory=dict)
    dependents: dict[str, Callable[[str, str], list[FieldDependent]]] = field(default_factory=dict)
    dependents_of_entity: dict[str, Callable[[str], list[FieldDependent]]] = field(default_factory=dict)
    keepers: dict[str, Callable[[EntityDefinition], None]] = field(default_factory=dict)
    schema_parts: dict[str, SchemaPart] = field(default_factory=dict)


extensions = Extensions()
