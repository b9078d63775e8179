"""The steps between two snapshots: each with its sentence, its risk and what it does to the tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.generated import GeneratedModels

Risk = Literal["none", "addition", "check", "loss"]


@dataclass(frozen=True)
class Step:
    """One change of one entity. `apply` runs between the old and the new registry, inside the publishing transaction."""

    entity: EntityDefinition
    risk: ClassVar[Risk] = "none"

    @property
    def sentence(self) -> str:
        raise NotImplementedError

    def apply(self, editor: BaseDatabaseSchemaEditor, old: GeneratedModels, new: GeneratedModels) -> None:
        """Most steps change no table."""


@dataclass(frozen=True)
class CreateTable(Step):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        count = len(self.entity.visible_fields)
        return _("Create the entity %(entity)s with %(count)s fields.") % {"entity": self.entity.name, "count": count}

    def apply(self, editor: BaseDatabaseSchemaEditor, old: GeneratedModels, new: GeneratedModels) -> None:  # noqa: ARG002
        editor.create_model(new[self.entity.acronym])


@dataclass(frozen=True)
class FieldStep(Step):
    field: FieldDefinition

    def words(self) -> dict[str, str]:
        return {"field": self.field.name, "type": self.field.type, "entity": self.entity.name}


@dataclass(frozen=True)
class AddField(FieldStep):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        return _("Add the field %(field)s (%(type)s) to %(entity)s.") % self.words()

    def apply(self, editor: BaseDatabaseSchemaEditor, old: GeneratedModels, new: GeneratedModels) -> None:  # noqa: ARG002
        if not self.field.column:
            return
        model = new[self.entity.acronym]
        column = model._meta.get_field(self.field.name)
        # Our own statement: Django's editor rebuilds the whole table on SQLite for a column with a database default.
        definition, params = editor.column_sql(model, column)
        table, name = editor.quote_name(self.entity.table), editor.quote_name(column.column)
        editor.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}", params or None)


@dataclass(frozen=True)
class HideField(FieldStep):
    @property
    def sentence(self) -> str:
        return _("Hide the field %(field)s of %(entity)s; its values are kept.") % self.words()


@dataclass(frozen=True)
class RestoreField(FieldStep):
    @property
    def sentence(self) -> str:
        return _("Restore the field %(field)s of %(entity)s with its values.") % self.words()


@dataclass(frozen=True)
class ChangeOptions(FieldStep):
    @property
    def sentence(self) -> str:
        return _("Change the options of %(field)s of %(entity)s; no table is altered.") % self.words()


@dataclass(frozen=True)
class AddConstraint(Step):
    name: str
    risk: ClassVar[Risk] = "check"

    @property
    def sentence(self) -> str:
        return _("Require unique values: index %(name)s on %(entity)s.") % {"name": self.name, "entity": self.entity.name}

    def apply(self, editor: BaseDatabaseSchemaEditor, old: GeneratedModels, new: GeneratedModels) -> None:  # noqa: ARG002
        model = new[self.entity.acronym]
        editor.add_constraint(model, _named(model._meta.constraints, self.name))


@dataclass(frozen=True)
class RemoveConstraint(Step):
    name: str

    @property
    def sentence(self) -> str:
        return _("Allow repeated values: drop the index %(name)s of %(entity)s.") % {
            "name": self.name,
            "entity": self.entity.name,
        }

    def apply(self, editor: BaseDatabaseSchemaEditor, old: GeneratedModels, new: GeneratedModels) -> None:  # noqa: ARG002
        editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(self.name)}")


@dataclass(frozen=True)
class ImpossibleStep(FieldStep):
    """What this release cannot publish; the plan says so instead of trying."""

    risk: ClassVar[Risk] = "loss"

    @property
    def sentence(self) -> str:
        return _("The field %(field)s of %(entity)s changes its column to %(type)s: that is not possible yet.") % self.words()


def steps_between(published: Snapshot, draft: Snapshot) -> list[Step]:
    """What turns the published tables into the drafted ones, in the order in which it is done."""
    return [step for entity in draft for step in _entity_steps(published.entities.get(entity.acronym), entity)]


def is_additive(steps: list[Step]) -> bool:
    return all(isinstance(step, CreateTable | AddField | ChangeOptions | RestoreField | AddConstraint) for step in steps)


def _entity_steps(before: EntityDefinition | None, entity: EntityDefinition) -> Iterator[Step]:
    if before is None:
        yield CreateTable(entity)
        return
    known = {field.name: field for field in before.fields}
    was, will = _constraint_names(before), _constraint_names(entity)
    yield from (RemoveConstraint(entity, name) for name in was if name not in will)
    for field in entity.fields:
        yield from _field_steps(entity, known.get(field.name), field)
    yield from (AddConstraint(entity, name) for name in will if name not in was)


def _field_steps(entity: EntityDefinition, before: FieldDefinition | None, field: FieldDefinition) -> Iterator[Step]:
    if before is None:
        yield AddField(entity, field)
    elif before.column != field.column:
        yield ImpossibleStep(entity, field)
    elif before.hidden != field.hidden:
        yield HideField(entity, field) if field.hidden else RestoreField(entity, field)
    elif before != field:
        yield ChangeOptions(entity, field)


def _constraint_names(entity: EntityDefinition) -> list[str]:
    model = GeneratedModels(0, Snapshot({entity.acronym: entity}))[entity.acronym]
    return [constraint.name for constraint in model._meta.constraints]


def _named(constraints, name: str):
    return next(constraint for constraint in constraints if constraint.name == name)
