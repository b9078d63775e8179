"""What to publish, as a function of what is published now; it is applied again under the publishing lock."""

from collections.abc import Callable, Collection, Set
from dataclasses import replace
from typing import TypeAlias

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.errors import UnpublishableSchema
from crm.schema.fieldtypes import get as field_type
from crm.schema.fieldtypes.columns import deconstruct_column
from crm.schema.models import DataEntity

Wanted: TypeAlias = Callable[[Snapshot], Snapshot]  # from what is published to what is wanted


def whole_draft(published: Snapshot) -> Snapshot:  # noqa: ARG001  # a Wanted
    """The draft of all entities, each field with the column that its type gives it today."""
    entities = DataEntity.objects.prefetch_related("fields", "indexes")
    return Snapshot({entity.acronym: with_columns(entity.definition()) for entity in entities})


def entity_draft(acronym: str) -> Wanted:
    """One entity as it is drafted; the drafts of other entities are left out."""
    return lambda published: published.with_entity(drafted_entity(acronym))


def field_drafts(acronym: str, names: Set[str]) -> Wanted:
    """These drafted fields of one entity; everything else that is drafted is left out."""

    def wanted(published: Snapshot) -> Snapshot:
        drafted = drafted_entity(acronym)
        entity = published.entities.get(acronym) or replace(drafted, fields=(), indexes=())
        chosen = {field.name: field for field in drafted.fields if field.name in names}
        fields = [chosen.pop(field.name, field) for field in entity.fields]
        return published.with_entity(replace(entity, fields=(*fields, *chosen.values())))

    return wanted


def index_draft(acronym: str) -> Wanted:
    """The indexes of one entity as drafted, its fields as published."""

    def wanted(published: Snapshot) -> Snapshot:
        drafted = drafted_entity(acronym)
        return published.with_entity(replace(published.entities.get(acronym, drafted), indexes=drafted.indexes))

    return wanted


def entity_drafts(acronyms: Collection[str]) -> Wanted:
    """As `entity_draft`, for every drafted entity, in one query each."""

    def wanted(published: Snapshot) -> Snapshot:
        entities = DataEntity.objects.prefetch_related("fields", "indexes").filter(acronym__in=acronyms)
        drafted = {entity.acronym: with_columns(entity.definition()) for entity in entities}
        return published.with_entities({**published.entities, **drafted})

    return wanted


def drafted_entity(acronym: str) -> EntityDefinition:
    """Raises UnpublishableSchema when there is no such entity."""
    entity = DataEntity.objects.prefetch_related("fields", "indexes").filter(acronym=acronym).first()
    if entity is None:
        raise UnpublishableSchema([_("There is no entity %s.") % acronym])
    return with_columns(entity.definition())


def with_columns(entity: EntityDefinition) -> EntityDefinition:
    return replace(entity, fields=tuple(with_column(field) for field in entity.fields))


def with_column(field: FieldDefinition) -> FieldDefinition:
    column = field_type(field.type).column(field)
    return replace(field, column=deconstruct_column(column) if column is not None else {})
