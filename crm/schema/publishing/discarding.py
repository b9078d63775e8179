"""A draft, or one field of it, made again what is published; and brought back where that was a mistake."""

from dataclasses import replace

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition
from crm.schema.draft import editing
from crm.schema.draft.drafting import drafted_entity, entity_draft
from crm.schema.errors import PlanChanged, UnpublishableSchema
from crm.schema.models import DRAFTED, DataEntity
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.publishing import make_plan, published_snapshot
from crm.schema.publishing.purging import forget
from crm.schema.publishing.reverting import follow
from crm.schema.publishing.steps.base import Step
from crm.schema.publishing.steps.indexing import IndexStep
from crm.schema.publishing.tables.waiting import under_publishing_lock


def drafted_steps(plan: PublicationPlan, name: str = "") -> list[Step]:
    """What would not happen if the draft, or only that of the field of this name, were discarded."""
    return [step for step in plan.steps if not name or field_of(step) == name]


def field_of(step: Step) -> str:
    """The one field that a step is about; an index of its own name is that of the field's option."""
    if isinstance(step, IndexStep) and step.index.fields == (step.index.name,):
        return step.index.name
    return step.field_name


def discard(acronym: str, name: str = "", *, confirmed: str = "") -> EntityDefinition:
    """Forgets what is drafted of the entity, or of its field `name`, and returns the draft as it was.

    `confirmed` is the digest of the plan that somebody saw. Raises
    PlanChanged, and UnpublishableSchema where nothing of it is published.
    """

    def discarded() -> EntityDefinition:
        if confirmed and confirmed != make_plan(entity_draft(acronym)).digest:
            raise PlanChanged
        was, published = drafted_entity(acronym), _published(acronym)
        if name:
            _discard_field(was, published, name)
        else:
            _discard_all(was, published)
        return was

    return under_publishing_lock(discarded)


def bring_back(draft: EntityDefinition) -> None:
    """Drafts again what was discarded. Raises UnpublishableSchema where something else is drafted or published since."""

    def back() -> None:
        now, published = drafted_entity(draft.acronym), _published(draft.acronym)
        if changed := [field.name for field in now.fields if not _is_known(field.name, draft, published, now)]:
            raise UnpublishableSchema([_("%s was changed since; the discarded draft does not come back.") % ", ".join(changed)])
        known = {field.name for field in now.fields}
        follow(draft, now)
        entity = DataEntity.objects.get(acronym=draft.acronym)
        for field in draft.fields:
            if field.name not in known and not field.hidden:
                editing.place_on_form(entity, field)

    under_publishing_lock(back)


def _is_known(name: str, draft: EntityDefinition, published: EntityDefinition, now: EntityDefinition) -> bool:
    """Return True if the field stands in the draft of now as it is published, or as it was drafted before."""
    current = _plain(now, name)
    return current is not None and current in (_plain(published, name), _plain(draft, name)) and _plain(draft, name) is not None


def _plain(entity: EntityDefinition, name: str) -> object:
    return next((replace(field, column={}) for field in entity.fields if field.name == name), None)


def _published(acronym: str) -> EntityDefinition:
    entity = published_snapshot().entities.get(acronym)
    if entity is None:
        raise UnpublishableSchema([_("Nothing of this entity is published yet; remove it in its settings instead.")])
    return entity


def _discard_all(was: EntityDefinition, published: EntityDefinition) -> None:
    follow(published, was)
    known = {field.name for field in published.fields}
    for field in was.fields:
        if field.name not in known:
            forget(was.acronym, field.name)


def _discard_field(was: EntityDefinition, published: EntityDefinition, name: str) -> None:
    definition = next((field for field in published.fields if field.name == name), None)
    if definition is None:
        forget(was.acronym, name)
        return
    row = DataEntity.objects.get(acronym=was.acronym).fields.get(name=name)
    for attribute in DRAFTED:
        setattr(row, attribute, getattr(definition, attribute))
    row.save(update_fields=DRAFTED)
