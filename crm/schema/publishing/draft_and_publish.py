"""Drafts an entity, a field or an index and publishes it, in one step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from crm.people.actors import Actor
from crm.schema.definitions import FieldDefinition, Key, Snapshot
from crm.schema.draft import editing, indexes
from crm.schema.draft.drafting import Wanted, entity_draft, field_drafts
from crm.schema.models import DataEntity, Field, Index, Publication
from crm.schema.publishing.admission import additive, confirmed, harmless
from crm.schema.publishing.publishing import publish_change, published_snapshot
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock


def create_and_publish(
    acronym: str, name: str | Mapping[str, str], *, by: Actor, key: Key = "made", patience: Patience = BRIEF
) -> Publication:
    """An entity with its default form and no field yet. Raises InvalidName, UnpublishableSchema; then nothing was drafted."""

    def drafted() -> None:
        editing.create_entity(acronym, name, key=key)

    return _published(drafted, field_drafts(acronym, set()), admits=confirmed(), by=by, patience=patience)


def rename_and_publish(entity: DataEntity, labels: Mapping[str, str], *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Only the name is published, whatever else the draft holds. Raises UnpublishableSchema."""

    def renamed(published: Snapshot) -> Snapshot:
        current = published.entities.get(entity.acronym)
        return published.with_entity(replace(current, names=dict(labels))) if current else published

    return _published(lambda: editing.rename_entity(entity, labels), renamed, admits=confirmed(), by=by, patience=patience)


def relabel_and_publish(field: Field, labels: Mapping[str, str], *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Only the field's label is published, whatever else the draft holds of it. Raises InvalidField, UnpublishableSchema."""
    acronym = field.entity.acronym

    def relabelled(published: Snapshot) -> Snapshot:
        entity = published.entities[acronym]
        fields = (replace(known, labels=dict(labels)) if known.name == field.name else known for known in entity.fields)
        return published.with_entity(replace(entity, fields=tuple(fields)))

    return _published(
        lambda: editing.change_field(field, labels=dict(labels)), relabelled, admits=confirmed(), by=by, patience=patience
    )


def add_and_publish(entity: DataEntity, definition: FieldDefinition, *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Drafts the field and publishes it on top of what is published, whatever else the draft holds, or does neither.

    Raises InvalidName, InvalidField, UnpublishableSchema.
    """
    wanted = field_drafts(entity.acronym, {definition.name})
    return _published(lambda: editing.add_field(entity, definition), wanted, admits=additive, by=by, patience=patience)


def add_and_publish_draft(
    entity: DataEntity, definition: FieldDefinition, *, by: Actor, patience: Patience = BRIEF
) -> Publication:
    """As `add_and_publish`, with the rest of the entity's draft, if that holds nothing but additions."""
    wanted = entity_draft(entity.acronym)
    return _published(lambda: editing.add_field(entity, definition), wanted, admits=additive, by=by, patience=patience)


def save_field(field: Field, changes: dict[str, Any], *, by: Actor) -> Publication | None:  # Any: each option's own
    """The publication that has the changes, or None when they stay drafted until somebody confirms their plan.

    Raises InvalidField, UnpublishableSchema; then nothing is changed.
    """
    wanted = field_drafts(field.entity.acronym, {field.name})
    return publish_change(lambda: editing.change_field(field, **changes), wanted, admits=harmless, by=by)


def add_index(entity: DataEntity, name: str, fields: list[str], *, unique: bool) -> Index:
    """Drafts an index; equal requests at the same moment get the same one. Raises InvalidName, InvalidField, TablesInUse."""
    return under_publishing_lock(lambda: indexes.add_index(entity, name, fields, unique=unique))


def discard_index(entity: DataEntity, name: str) -> None:
    """Takes a drafted index out of the draft, unless it is published: somebody else may have asked for the same."""

    def discard() -> None:
        published = published_snapshot().entities.get(entity.acronym)
        if published is None or name not in {index.name for index in published.indexes}:
            indexes.drop_index(entity, name)

    under_publishing_lock(discard)


def _published(change: Callable[[], object], wanted: Wanted, **how: Any) -> Publication:  # Any: as of publish_change
    """For policies that never leave the change in the draft."""
    return cast(Publication, publish_change(change, wanted, **how))
