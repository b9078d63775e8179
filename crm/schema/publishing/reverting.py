"""Reverts one entity to an earlier publication: current values are converted back, nothing is dropped."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.drafting import Wanted
from crm.schema.errors import UnpublishableSchema
from crm.schema.models import DRAFTED, DataEntity, Field, Index, Publication
from crm.schema.publishing.planning import PublicationPlan, plan_between
from crm.schema.publishing.publishing import Planner
from crm.schema.publishing.steps.base import Step, Work


def planner(acronym: str, number: int) -> Planner:
    """Plans the way back to publication `number`, for the draft too. Raises UnpublishableSchema when that lacks the entity."""

    def plan(published: Snapshot, next_number: int) -> PublicationPlan:
        made = plan_between(published, reverted(acronym, number), next_number)
        entity = made.wanted.entities[acronym]
        return replace(made, steps=[*made.steps, FollowInDraft(entity, published.entities[acronym])]) if made.steps else made

    return plan


def reverted(acronym: str, number: int) -> Wanted:
    target = _target(acronym, number)

    def wanted(published: Snapshot) -> Snapshot:
        now = published.entities.get(acronym)
        if now is None:
            raise UnpublishableSchema([_("There is no entity %s.") % acronym])
        known = {field.name: field for field in now.fields}
        back = [_field(known.get(field.name), field) for field in target.fields]
        named = {field.name for field in back}
        later = [field if field.locked else replace(field, hidden=True) for field in now.fields if field.name not in named]
        return published.with_entity(replace(target, fields=(*back, *later), kept=()))

    return wanted


def _target(acronym: str, number: int) -> EntityDefinition:
    publication = Publication.objects.filter(number=number).first()
    entity = publication.content().entities.get(acronym) if publication else None
    if entity is None:
        raise UnpublishableSchema([_("Publication #%(n)s has no entity %(acronym)s.") % {"n": number, "acronym": acronym}])
    return entity


def _field(now: FieldDefinition | None, then: FieldDefinition) -> FieldDefinition:
    """As it was then. What a release has locked since stays in sight."""
    if now is None:
        return then
    return replace(then, hidden=then.hidden and not now.locked, locked=now.locked, read_only=now.read_only)


@dataclass(frozen=True)
class FollowInDraft(Step):
    """The draft becomes what is published; fields and indexes that were never published stay in it."""

    before: EntityDefinition

    @property
    def sentence(self) -> str:
        return _("The draft of %(entity)s follows; drafted fields that were never published stay.") % {"entity": self.entity.name}

    def apply(self, work: Work) -> None:
        if not work.is_rehearsal:
            follow(self.entity, self.before)


def follow(entity: EntityDefinition, before: EntityDefinition) -> None:
    """Writes an entity's definition over its draft. `before` is what was published until now."""
    drafted = DataEntity.objects.get(acronym=entity.acronym)
    drafted.names = entity.names
    drafted.save(update_fields=["names"])
    _follow_fields(drafted, entity)
    drafted.indexes.filter(name__in=[index.name for index in before.indexes]).delete()
    drafted.indexes.filter(name__in=[index.name for index in entity.indexes]).delete()
    Index.objects.bulk_create(
        Index(entity=drafted, name=index.name, fields=list(index.fields), unique=index.unique) for index in entity.indexes
    )


def _follow_fields(drafted: DataEntity, entity: EntityDefinition) -> None:
    rows = {field.name: field for field in drafted.fields.all()}
    fresh = [Field.from_definition(field, entity=drafted) for field in entity.fields if field.name not in rows]
    for definition in entity.fields:
        for name in DRAFTED:
            if row := rows.get(definition.name):
                setattr(row, name, getattr(definition, name))
    order = {field.name: place for place, field in enumerate(entity.fields)}
    for row in [*rows.values(), *fresh]:
        row.position = order.get(row.name, len(order) + row.position)
    Field.objects.bulk_update(rows.values(), [*DRAFTED, "position"], batch_size=100)
    Field.objects.bulk_create(fresh)
