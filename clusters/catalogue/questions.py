"""What is asked before a cluster is made by its name alone: is it one that is there already, or a field that is there?"""

from dataclasses import dataclass

from clusters.catalogue.adopting import adoptable_field
from clusters.catalogue.similar import similar_cluster
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.schema.definitions import FieldDefinition


@dataclass(frozen=True)
class NameQuestion:
    """`similar` is a cluster of nearly the same name; `field` a yes/no field that is called so and is no cluster yet.

    `may_be_another` is False where both would have the same name.
    """

    similar: Cluster | None
    field: FieldDefinition | None
    may_be_another: bool


def question_about(label: str, entity: str, *, rule: str, reader: Actor) -> NameQuestion | None:
    """None where nothing is to be asked. A cluster with a rule takes no field that is there."""
    similar = similar_cluster(label, entity)
    field = None if rule or similar else adoptable_field(label, entity, reader=reader)
    if similar is None and field is None:
        return None
    same = similar is not None and label.casefold() in map(str.casefold, similar.labels.values())
    return NameQuestion(similar, field, may_be_another=not same)
