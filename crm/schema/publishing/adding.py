"""A new field in one step: definition from a few words, draft, publication."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition, Key, Snapshot
from crm.schema.draft import editing
from crm.schema.draft.drafting import entity_draft
from crm.schema.errors import InvalidField, UnpublishableSchema
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.planning import is_additive
from crm.schema.publishing.tables.waiting import BRIEF, Patience, patiently


def create_and_publish(
    acronym: str, name: str | Mapping[str, str], *, by: Actor, key: Key = "made", patience: Patience = BRIEF
) -> Publication:
    """An entity with its default form and no field yet. Raises InvalidName, UnpublishableSchema; then nothing was drafted."""

    @transaction.atomic
    def once() -> Publication:
        editing.create_entity(acronym, name, key=key)
        return publishing.publish_entity(acronym, set(), by=by)

    return patiently(once, patience)


def rename_and_publish(entity: DataEntity, labels: Mapping[str, str], *, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Only the name is published, whatever else the draft holds. Raises UnpublishableSchema."""

    def renamed(published: Snapshot) -> Snapshot:
        standing = published.entities.get(entity.acronym)
        return published.with_entity(replace(standing, names=dict(labels))) if standing else published

    @transaction.atomic
    def once() -> Publication:
        editing.rename_entity(entity, labels)
        return publishing.publish(renamed, by=by)

    return patiently(once, patience)


def new_definition(
    name: str,
    type_label: str,
    *,
    label: str = "",
    description: str = "",
    required: bool = False,
    unique: bool = False,
    default: Any = None,  # JSON value of the type
    filterable: bool = True,
    searchable: bool = True,
    options: dict[str, Any] | None = None,
) -> FieldDefinition:
    """A definition of a field to draft. Raises InvalidField for an unknown type."""
    if type_label not in fieldtypes.labels():
        raise InvalidField(
            _("There is no field type “%(type)s”. The types are: %(known)s.")
            % {"type": type_label, "known": ", ".join(fieldtypes.labels())}
        )
    kind = fieldtypes.get(type_label)
    return FieldDefinition(
        name=name,
        type=type_label,
        labels={(get_language() or "en"): label} if label else {},
        description=description,
        nullable=not required and not kind.needs_default,
        default=default,
        searchable=searchable,
        filterable=filterable,
        unique=unique,
        options=options or {},
    )


def options_from_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """`choices=Gold,Silver` and the like. Raises InvalidField for a pair without `=`."""
    options: dict[str, Any] = {}
    for pair in pairs:
        key, found, value = pair.partition("=")
        if not found:
            raise InvalidField(_("An option is written name=value; “%s” is not.") % pair)
        options[key] = value
    return options


def add_and_publish(
    entity: DataEntity, definition: FieldDefinition, *, by: Actor, publish: bool = True, patience: Patience = BRIEF
) -> int | None:
    """Drafts the field and publishes the entity's draft, if it holds nothing but additions, or does neither.

    Returns the publication's number. Raises InvalidName, InvalidField, UnpublishableSchema.
    """

    @transaction.atomic
    def once() -> int | None:
        editing.add_field(entity, definition)
        return _publish_additions(entity.acronym, by=by) if publish else None

    return patiently(once, patience)


def _publish_additions(acronym: str, *, by: Actor) -> int:
    wanted = entity_draft(acronym)
    plan = publishing.make_plan(wanted)
    if not is_additive(plan.steps):
        said = _("The draft holds more than additions; publish it on the schema page first.")
        raise UnpublishableSchema([said, *(step.sentence for step in plan.steps)])
    return publishing.publish(wanted, by=by).number
