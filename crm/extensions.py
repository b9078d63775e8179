"""What the CRM shows of things that other packages know. Each point is a function that `clusters` replaces at start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crm.people.actors import Actor
from crm.schema.definitions import EntityDefinition


@dataclass(frozen=True)
class ClusterChip:
    """How a cluster's field is shown: its label, one of the twelve colours, where its page is."""

    label: str
    colour: int
    url: str


@dataclass(frozen=True)
class Use:
    """Something that can be done with what a list shows: the words of the link, and where it leads."""

    label: str
    url: str


@dataclass
class Extensions:
    """`cluster_fields` gives, for an entity, the chip of each field that is a cluster, in the catalogue's order.

    `uses_of_rule` gives what this person can do with the rule that narrows a list.
    """

    cluster_fields: Callable[[EntityDefinition], Mapping[str, ClusterChip]] = field(default=lambda _entity: {})
    uses_of_rule: Callable[[Actor, EntityDefinition, str], list[Use]] = field(default=lambda _actor, _entity, _rule: [])


extensions = Extensions()
