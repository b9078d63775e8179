"""Makes a cluster of a yes/no field that is there already: its members are those who have it set."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.catalogue.creating import free_name, stored_cluster
from clusters.catalogue.form_places import place_on_form
from clusters.catalogue.lookup import RESERVED, InvalidCluster, check_label, drafted_entity
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import may, require
from crm.schema import names
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock

TYPES = ("Boolean", "Rule")


def adoptable_fields(entity: str, *, reader: Actor) -> list[FieldDefinition]:
    """Fields that no cluster asks for yet, in the order of the entity. A built-in one, as the consent, makes none."""
    taken = set(Cluster.objects.filter(entity=entity).values_list("field", flat=True))
    fields = current.entity(entity).visible_fields
    return [
        field
        for field in fields
        if _may_be_cluster(field) and field.name not in taken and may(reader, "read", entity, field.name)
    ]


def adoptable_field(label: str, entity: str, *, reader: Actor) -> FieldDefinition | None:
    """The field that a new cluster of this label would be called like, or that has the label."""
    name = names.proposed_name(label).lower()
    found = adoptable_fields(entity, reader=reader)
    return next((field for field in found if name == field.name.lower() or label.casefold() in _labels(field)), None)


def adoptable_named(name: str, entity: str, *, reader: Actor) -> FieldDefinition | None:
    """A Boolean of exactly this name."""
    found = adoptable_fields(entity, reader=reader)
    return next((field for field in found if (field.name, field.type) == (name, "Boolean")), None)


def adopt_field(name: str, *, by: Actor, entity: str = "CL", patience: Patience = BRIEF) -> Cluster:
    """A cluster of the field's label, by hand or by the field's rule. Nothing of the records changes.

    Raises InvalidCluster, PermissionDenied.
    """
    require(by, "cluster", entity)
    return under_publishing_lock(lambda: _adopt(name, entity, by=by), patience)


def _adopt(name: str, entity: str, *, by: Actor) -> Cluster:
    drafted = drafted_entity(entity)
    field = next((field for field in adoptable_fields(entity, reader=by) if field.name == name), None)
    if field is None:
        raise InvalidCluster(_("“%s” is no yes/no field that could become a cluster.") % name)
    with transaction.atomic():
        check_label(field.label, Cluster.objects.filter(entity=entity))
        cluster = stored_cluster(_name(field, entity), field.label, entity, field.name, "true", by=by)
        place_on_form(drafted, field.name)
        return cluster


def _may_be_cluster(field: FieldDefinition) -> bool:
    return field.type in TYPES and not field.locked


def _name(field: FieldDefinition, entity: str) -> str:
    """The field's own name, as of every cluster, unless another entity has a cluster of that name."""
    is_taken = field.name.lower() in RESERVED or Cluster.objects.filter(name__iexact=field.name).exists()
    return free_name(field.label, entity) if is_taken else field.name


def _labels(field: FieldDefinition) -> Iterable[str]:
    return [text.casefold() for text in field.labels.values()]
