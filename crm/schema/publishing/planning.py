"""Plans a publication: the steps from what is published to what is wanted, in order of execution."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn, Snapshot
from crm.schema.draft.drafting import Wanted
from crm.schema.draft.public_access import public_write_problems
from crm.schema.errors import PlanChanged, UnpublishableSchema, ValuesWouldBeLost
from crm.schema.generated.classes import GeneratedModels
from crm.schema.generated.index_sizes import index_problems
from crm.schema.generated.relationships import relation_problems
from crm.schema.generated.rule_fields import rule_problems
from crm.schema.generated.storage import same_storage
from crm.schema.publishing.steps.base import Step, Work
from crm.schema.publishing.steps.entity_steps import ChangeEntity, CreateTable, RemoveEntity, RestoreEntity
from crm.schema.publishing.steps.field_steps import AddField, HideField, Impossible, RestoreField
from crm.schema.publishing.steps.indexing import index_steps
from crm.schema.publishing.steps.retyping import ChangeDefault, ChangeOptions, Retype
from crm.schema.publishing.tables import converting
from crm.schema.publishing.tables.altering import Editor, statements_of
from crm.schema.publishing.tables.row_width import width_notes


@dataclass(frozen=True)
class PublicationPlan:
    """What publication `number` would do. `wanted` is complete: what it does not name of the published stays, hidden."""

    published: Snapshot
    wanted: Snapshot
    steps: list[Step]
    number: int

    @property
    def outcome(self) -> Snapshot:
        """What the publication stores: with the columns that its retypes keep."""
        kept = {entity.acronym: replace(entity, kept=entity.kept + self._kept(entity)) for entity in self.wanted}
        return replace(self.wanted, entities=kept)

    @property
    def losses(self) -> int:
        """How many values would be lost; looks at the values of retyped fields."""
        return sum(step.losses for step in self.steps)

    @property
    def is_partial(self) -> bool:
        """Return True if more values may be lost than were found."""
        return any(step.is_partial for step in self.steps)

    def at_a_glance(self) -> "PublicationPlan":
        """The same plan for a page, which has no time to look at every value; publishing looks at all of them."""
        return replace(self, steps=[step.at_a_glance() for step in self.steps])

    @property
    def digest(self) -> str:
        """Equal for two plans that make the same changes to the same entities."""
        changed = [entity for entity in self.wanted if self.published.entities.get(entity.acronym) != entity]
        pairs = [(_as_json(self.published.entities.get(entity.acronym)), _as_json(entity)) for entity in changed]
        gone = sorted(set(self.published.entities) - set(self.wanted.entities)) + sorted(self.wanted.removed)
        return hashlib.sha256(json.dumps([pairs, gone], sort_keys=True).encode()).hexdigest()

    @property
    def exclusive_entities(self) -> list[str]:
        """The entities of which no import may run at the same time."""
        return sorted({step.entity.acronym for step in self.steps if step.needs_exclusive_access})

    @property
    def changes_nothing(self) -> bool:
        """Return True if everything wanted is published. The first publication counts as a change even without entities."""
        return not self.steps and bool(self.published.entities)

    def problems(self) -> list[str]:
        """Why this cannot be published. Problems that the published schema
        already has, as after a release that drops a type, do not count."""
        if not self.steps:
            return []
        known = _problems_of(self.published)
        found = [problem for step in self.steps for problem in step.problems()]
        return found + [problem for problem in _problems_of(self.wanted) if problem not in known]

    def notes(self) -> list[str]:
        """Notes for the person who publishes, which prevent nothing."""
        widths = [
            note
            for entity in self.wanted
            if entity != self.published.entities.get(entity.acronym)
            for note in width_notes(entity)
        ]
        return [note for step in self.steps for note in step.notes()] + widths

    def check(self, *, confirmed: str = "", accepted_loss: int = 0) -> None:
        """Raises PlanChanged unless it is the confirmed one, UnpublishableSchema, ValuesWouldBeLost."""
        if confirmed and confirmed != self.digest:
            raise PlanChanged
        if problems := self.problems():
            raise UnpublishableSchema(problems)
        if self.losses > accepted_loss:
            raise ValuesWouldBeLost(self.losses, [example for step in self.steps for example in step.examples()])

    def consists_of(self, *kinds: type[Step]) -> bool:
        return all(isinstance(step, kinds) for step in self.steps)

    @property
    def is_long(self) -> bool:
        """Return True if it takes longer than a page may."""
        return any(step.is_long() for step in self.steps)

    def statements(self) -> list[list[str]]:
        """The statements of each step, without running them."""
        new = self.classes()
        return [_statements(step, new) for step in self.steps]

    def operations(self) -> list[dict[str, Any]]:  # Any: JSON
        """Each step with its SQL, as commands show it."""
        lines = zip(self.steps, self.statements(), strict=True)
        return [{"sentence": step.sentence, "risk": step.risk, "sql": statements} for step, statements in lines]

    def classes(self) -> GeneratedModels:
        """The new model classes of the changed entities and those that they
        point to; generating all of two hundred takes half a second."""
        changed = {step.entity.acronym for step in self.steps}
        fields = (field for entity in self.wanted if entity.acronym in changed for field in entity.visible_fields)
        return GeneratedModels(self.number, self.wanted.only(changed | {field.options.get("entity", "") for field in fields}))

    def _kept(self, entity: EntityDefinition) -> tuple[KeptColumn, ...]:
        retyped = [step for step in self.steps if isinstance(step, Retype) and step.entity.acronym == entity.acronym]
        return tuple(kept for step in retyped if (kept := step.kept(self.number)))


def _problems_of(snapshot: Snapshot) -> list[str]:
    return [*relation_problems(snapshot), *rule_problems(snapshot), *public_write_problems(snapshot), *index_problems(snapshot)]


def plan_between(published: Snapshot, wanted: Wanted, number: int) -> PublicationPlan:
    complete = published.with_entities({entity.acronym: _completed(published, entity) for entity in wanted(published)})
    return PublicationPlan(published, complete, steps_between(published, complete), number)


def steps_between(published: Snapshot, wanted: Snapshot) -> list[Step]:
    gone = [RemoveEntity(entity) for acronym, entity in published.entities.items() if acronym not in wanted.entities]
    back = [RestoreEntity(entity) for entity in wanted if entity.acronym in published.removed]
    return [*gone, *back, *(step for entity in wanted for step in _entity_steps(_before(published, entity.acronym), entity))]


def _completed(published: Snapshot, entity: EntityDefinition) -> EntityDefinition:
    """With the published fields that it leaves out, hidden, and
    without those that were hidden before they were ever published."""
    before = _before(published, entity.acronym) or EntityDefinition(entity.acronym)
    known = {field.name: field for field in before.fields}
    fields = [_as_stored(known.get(field.name), field) for field in entity.fields if field.name in known or not field.hidden]
    named = {field.name for field in fields}
    gone = [replace(field, hidden=True) for field in before.fields if field.name not in named]
    return replace(entity, fields=(*fields, *gone), kept=before.kept)


def _as_stored(before: FieldDefinition | None, field: FieldDefinition) -> FieldDefinition:
    """A type that this release does not know keeps the column that another release gave it."""
    is_foreign = before is not None and before.type == field.type and field.type not in fieldtypes.labels()
    return replace(field, column=before.column) if is_foreign and before else field


def _before(published: Snapshot, acronym: str) -> EntityDefinition | None:
    """The definition that an entity's table was made from, if it has one."""
    return published.entities.get(acronym) or published.removed.get(acronym)


def _entity_steps(before: EntityDefinition | None, entity: EntityDefinition) -> Iterator[Step]:
    if before is None:
        yield CreateTable(entity)
        return
    if before == entity:
        return
    if (before.names, before.key) != (entity.names, entity.key):
        yield ChangeEntity(entity, before)
    known = {field.name: field for field in before.fields}
    steps = [step for field in entity.fields for step in _field_steps(before, entity, known.get(field.name), field)]
    changed = {step.field.name for step in steps if isinstance(step, Retype | ChangeDefault) and step.replaces_column}
    dropped, added = index_steps(before, entity, changed)
    yield from dropped
    yield from steps
    yield from added


def _field_steps(
    published: EntityDefinition, entity: EntityDefinition, before: FieldDefinition | None, field: FieldDefinition
) -> Iterator[Step]:
    if before is None:
        yield AddField(entity, field)
        return
    if before.hidden != field.hidden:
        yield HideField(entity, field) if field.hidden else RestoreField(entity, field)
    if not same_storage(before, field) or (before.type != field.type and not field.locked):
        yield _column_step(published, entity, before, field)
    elif replace(before, hidden=field.hidden) != field:
        yield ChangeOptions(entity, field, before, published)


def _column_step(published: EntityDefinition, entity: EntityDefinition, before: FieldDefinition, field: FieldDefinition) -> Step:
    if before.type == field.type and same_storage(_without_default(before), _without_default(field)):
        return ChangeDefault(entity, field, before, published)
    if converting.can_convert(before, field) and _may_become(published, field):
        return Retype(entity, field, before, published)
    return Impossible(entity, field, before.type)


def _may_become(published: EntityDefinition, field: FieldDefinition) -> bool:
    """A type that the system fills is chosen when the field is made; a field that people fill can never be converted to it."""
    return not fieldtypes.get(field.type).filled_with or converting.kept_for(published, field) is not None


def _without_default(field: FieldDefinition) -> FieldDefinition:
    kwargs = {name: value for name, value in field.column.get("kwargs", {}).items() if name not in {"default", "db_default"}}
    return replace(field, column={**field.column, "kwargs": kwargs} if field.column else {})


def _statements(step: Step, new: GeneratedModels) -> list[str]:
    def applied(editor: Editor) -> None:
        step.apply(Work(editor, new))

    return statements_of(applied)


def _as_json(entity: EntityDefinition | None) -> object:
    return asdict(entity) if entity else None
