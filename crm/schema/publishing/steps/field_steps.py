"""The steps that add, hide and restore fields."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated.storage import has_rows
from crm.schema.publishing.steps.base import FieldStep, Risk, Work
from crm.schema.publishing.tables.altering import Editor
from crm.schema.record import name_of, stored_field


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
