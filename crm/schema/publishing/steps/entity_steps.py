"""The steps that create, change, remove and restore entities."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.schema.definitions import EntityDefinition
from crm.schema.models import DataEntity
from crm.schema.publishing.steps.base import Risk, Step, Work
from crm.schema.publishing.tables import altering


@dataclass(frozen=True)
class CreateTable(Step):
    risk: ClassVar[Risk] = "addition"

    @property
    def sentence(self) -> str:
        count = len(self.entity.visible_fields)
        return _("Create the entity %(entity)s with %(count)s fields.") % {"entity": self.entity.name, "count": count}

    def apply(self, work: Work) -> None:
        altering.create_table(work.editor, work.new[self.entity.acronym])


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


def removal_problems(entity: EntityDefinition) -> list[str]:
    """Why an entity cannot be removed, apart from relationships, which the plan itself checks."""
    drafted = DataEntity.everything.filter(acronym=entity.acronym).first()
    if drafted and drafted.locked:
        return [_("%(entity)s is built in; it stays.") % {"entity": entity.name}]
    over = [dependent for known in extensions.dependents_of_entity.values() for dependent in known(entity.acronym)]
    names = ", ".join(f"{dependent.kind} {dependent.label}" for dependent in over)
    return [_("%(entity)s stays while %(names)s needs it.") % {"entity": entity.name, "names": names}] if over else []
