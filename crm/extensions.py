"""What the CRM shows of things that other packages know. Each point is a function that `clusters` replaces at start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crm.schema.definitions import EntityDefinition


@dataclass(frozen=True)
class ClusterChip:
    """How a cluster's field is shown: its label, one of the twelve colours, where its page is."""

    label: str
    colour: int
    url: str


@dataclass
class Extensions:
    """`cluster_fields` gives, for an entity, the chip of each field that is a cluster, in the catalogue's order."""

    cluster_fields: Callable[[EntityDefinition], Mapping[str, ClusterChip]] = field(default=lambda _entity: {})


extensions = Extensions()
