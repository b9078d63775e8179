"""The base class of steps, and the steps that create, remove and restore entities and fields."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from django.db import models
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.errors import ValuesWouldBeLost
from crm.schema.generated.classes import GeneratedModels
from crm.schema.generated.storage import has_rows
from crm.schema.models import DataEntity
from crm.schema.publishing.tables.altering import Editor
from crm.schema.publishing.tables.waiting import Patience
from crm.schema.record import name_of, stored_field

Risk = Literal["none", "addition", "check", "loss"]


@dataclass
class Work:
    """What the steps of one publish work with: the editor, the classes as they will be, and how much may be lost."""

    editor: Editor
    new: GeneratedModels
    accepted_loss: int = 0
    lost: int = 0

    @property
    def is_rehearsal(self) -> bool:
        """Return True if statements are only collected; then no row is looked at."""
        return bool(self.editor.collect_sql)

    def lose(self, count: int, examples: list[str]) -> None:
        """Notes values that do not fit. Raises ValuesWouldBeLost beyond what was accepted."""
        self.lost += count
        if self.lost > self.accepted_loss:
            raise ValuesWouldBeLost(self.lost, examples)


@dataclass(frozen=True)
class Step:
    """`entity` is as it will be. `apply` runs inside the publishing transaction."""

    entity: EntityDefinition
    risk: ClassVar[Risk] = "none"
    field_name: ClassVar[str] = ""
    event: ClassVar[str] = "publish"  # as the audit trail calls it

    @property
    def sentence(self) -> str:
        raise NotImplementedError

    @property
    def losses(self) -> int:
        """How many values would be lost."""
        return 0

    @property
    def is_partial(self) -> bool:
        """Return True if more values may be lost than were found, since not all were looked at."""
        return False

    def at_a_glance(self) -> Self:
        """The same step, looking at no more values than a page has time for."""
        return self

    def notes(self) -> list[str]:
        """Notes for the person who publishes, which prevent nothing."""
        return []

    def examples(self) -> list[str]:
        """Some of the values that would be lost."""
        return []

    @property
    def needs_exclusive_access(self) -> bool:
        """Return True if no import of the entity may run at the same time."""
        return False

    def is_long(self) -> bool:
        """Return True if it takes longer than a page may."""
        return False

    def problems(self) -> list[str]:
        """Messages about why this cannot be done at all."""
        return []

    def prepare(self, patience: Patience) -> None:
        """What a long step does before the publishing transaction, next to what is in use; it may be resumed or discarded."""

    def apply(self, work: Work) -> None:
        """Most steps change no table."""

    def summary(self) -> dict[str, Any]:  # Any: JSON
        """As a publication stores it."""
        kind = type(self).__name__
        return {
            "kind": kind,
            "entity": self.entity.acronym,
            "field": self.field_name,
            "sentence": self.sentence,
            "risk": self.risk,
        }


@dataclass(frozen=True)
class CreateTable(Step):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        count = len(self.entity.visible_fields)
        return _("Create the entity %(entity)s with %(count)s fields.") % {"entity": self.entity.name, "count": count}

    def apply(self, work: Work) -> None:
        work.editor.create_model(work.new[self.entity.acronym])


@dataclass(frozen=True)
class ChangeEntity(Step):
    before: EntityDefinition

    @property
    def sentence(self) -> str:
        words = {"before": self.before.name, "after": self.entity.name}
        if self.before.key == self.entity.key:
            return _("Call %(before)s from now on %(after)s, in each language as drafted; no table is altered.") % words
        return _("Change who names new records of %(after)s; no table is altered.") % words


@dataclass(frozen=True)
class RemoveEntity(Step):
    """The draft follows. `entity` is as it was; its fields, forms and table stay in case it is restored."""

    event: ClassVar[str] = "remove-entity"

    @property
    def sentence(self) -> str:
        return _("Remove the entity %(entity)s; its records are kept.") % {"entity": self.entity.name}

    @property
    def needs_exclusive_access(self) -> bool:
        return True

    def problems(self) -> list[str]:
        return removal_problems(self.entity)

    def apply(self, work: Work) -> None:
        if not work.is_rehearsal:
            DataEntity.objects.filter(acronym=self.entity.acronym).update(removed=True)


@dataclass(frozen=True)
class RestoreEntity(Step):
    risk: ClassVar[Risk] = "addition"
    event: ClassVar[str] = "restore-entity"

    @property
    def sentence(self) -> str:
        return _("Restore the entity %(entity)s with its records.") % {"entity": self.entity.name}

    def apply(self, work: Work) -> None:
        if not work.is_rehearsal:
            DataEntity.everything.filter(acronym=self.entity.acronym).update(removed=False)


@dataclass(frozen=True)
class FieldStep(Step):
    field: FieldDefinition

    @property
    def field_name(self) -> str:  # type: ignore[override]  # a class's constant where there is no field
        return self.field.name

    def words(self) -> dict[str, str]:
        return {"field": self.field.name, "type": self.field.type, "entity": self.entity.name}


@dataclass(frozen=True)
class AddField(FieldStep):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        return _("Add the field %(field)s (%(type)s) to %(entity)s.") % self.words()

    def apply(self, work: Work) -> None:
        if self.field.column:
            add_column(work.editor, stored_field(work.new[self.entity.acronym], self.field.name))
        number_records(work, self.entity, self.field)

    def notes(self) -> list[str]:
        if not is_numbered(self.field) or not has_rows(self.entity.table, 1):
            return []
        return [_("The records of %(entity)s get their numbers in %(field)s, the oldest first.") % self.words()]


@dataclass(frozen=True)
class HideField(FieldStep):
    @property
    def sentence(self) -> str:
        return _("Hide the field %(field)s of %(entity)s; its values are kept.") % self.words()


@dataclass(frozen=True)
class RestoreField(FieldStep):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        return _("Restore the field %(field)s of %(entity)s with its values.") % self.words()

    def apply(self, work: Work) -> None:
        number_records(work, self.entity, self.field)


@dataclass(frozen=True)
class Impossible(FieldStep):
    """A change that cannot be published: the plan reports it as a problem."""

    was: str
    risk: ClassVar[Risk] = "loss"

    @property
    def sentence(self) -> str:
        words = {**self.words(), "was": self.was}
        return _("%(field)s of %(entity)s cannot change from %(was)s to %(type)s; make a new field instead.") % words

    def problems(self) -> list[str]:
        return [self.sentence]


def removal_problems(entity: EntityDefinition) -> list[str]:
    """Why an entity cannot be removed, apart from relationships, which the plan itself checks."""
    drafted = DataEntity.everything.filter(acronym=entity.acronym).first()
    if drafted and drafted.locked:
        return [_("%(entity)s is built in; it stays.") % {"entity": entity.name}]
    over = [dependent for known in extensions.dependents_of_entity.values() for dependent in known(entity.acronym)]
    names = ", ".join(f"{dependent.kind} {dependent.label}" for dependent in over)
    return [_("%(entity)s stays while %(names)s needs it.") % {"entity": entity.name, "names": names}] if over else []


def partial_note(fields: str, count: int) -> str:
    """The note of a page that has not looked at every value."""
    message = _(
        "The first %(n)s values of %(field)s were looked at. Publishing looks at all of them, before it changes anything."
    )
    return message % {"n": f"{count:,}", "field": fields}


def is_numbered(field: FieldDefinition) -> bool:
    return fieldtypes.get(field.type).filled_with == "number"


def number_records(work: Work, entity: EntityDefinition, field: FieldDefinition) -> None:
    """Numbers for the records that were made while there was no such field."""
    if is_numbered(field) and not work.is_rehearsal:
        extensions.give_numbers(work.new[entity.acronym], field.name)


def add_column(editor: Editor, column: models.Field) -> None:
    """Our own statement: Django's editor rebuilds the whole table on SQLite for a column with a database default."""
    definition, params = editor.column_sql(column.model, column)
    table, name = editor.quote_name(column.model._meta.db_table), editor.quote_name(name_of(column))
    editor.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}", params or None)
