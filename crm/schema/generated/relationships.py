"""Which fields point to which entity in a snapshot, and which of those relationships are broken."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot


def relationships(snapshot: Snapshot) -> Iterator[tuple[EntityDefinition, FieldDefinition]]:
    """The visible fields that point somewhere, each with its entity."""
    for entity in snapshot:
        for field in entity.visible_fields:
            if fieldtypes.is_relation(field):
                yield entity, field


def relation_problems(snapshot: Snapshot) -> list[str]:
    """A message for each relationship whose other end is not there."""
    return [
        _("%(field)s of %(entity)s points to the entity %(other)s, which is not there.")
        % {"field": field.name, "entity": entity.name, "other": field.options.get("entity", "")}
        for entity, field in relationships(snapshot)
        if field.options.get("entity") not in snapshot.entities
    ]
