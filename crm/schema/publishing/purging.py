"""Hidden fields and columns that retypes kept, dropped for good."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.dependencies import readers
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated.storage import column_name, quoted
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.steps.base import Risk, Step, Work
from crm.schema.publishing.tables.drift import whole_table
from crm.schema.publishing.tables.waiting import BRIEF, Patience


@dataclass(frozen=True)
class Leftover:
    """A column that no form shows: of a hidden field, or what a field was before it was retyped."""

    column: str
    field: FieldDefinition
    values: int
    publication: int | None = None  # that retyped it; none of a hidden field

    @property
    def is_hidden_field(self) -> bool:
        return self.publication is None


def leftovers(entity: EntityDefinition) -> list[Leftover]:
    """What could be purged, and how many values each column holds, in one query."""
    hidden = [(column_name(field) if field.column else field.name, field, None) for field in entity.hidden_fields]
    found = [*hidden, *((kept.name, kept.field, kept.publication) for kept in entity.kept)]
    counts = _counts(entity, [column for column, field, _number in found if field.column])
    return [Leftover(column, field, counts.get(column, 0), number) for column, field, number in found]


def leftover(entity: EntityDefinition, column: str) -> Leftover:
    """Raises UnpublishableSchema when there is none of this name."""
    found = next((each for each in leftovers(entity) if each.column == column), None)
    if found is None:
        raise UnpublishableSchema(
            [_("%(entity)s has no hidden field or kept column %(column)s.") % {"entity": entity.name, "column": column}]
        )
    return found


def purge(acronym: str, column: str, *, values: int, by: Actor, patience: Patience = BRIEF) -> Publication:
    """Drops a column of a hidden field or of a retype. `values` is how many values that loses, as it was confirmed.

    Raises UnpublishableSchema: while rules or clusters read the field, and ValuesWouldBeLost when it holds more.
    """
    return publishing.publish_plan(planner(acronym, column), by=by, accepted_loss=values, patience=patience)


def planner(acronym: str, column: str) -> Callable[[Snapshot, int], PublicationPlan]:
    def plan(published: Snapshot, number: int) -> PublicationPlan:
        entity = published.entities.get(acronym)
        if entity is None:
            raise UnpublishableSchema([_("There is no entity %s.") % acronym])
        found = leftover(entity, column)
        return PublicationPlan(
            published, published.with_entity(_without(entity, found)), [Purge(entity, found, published)], number
        )

    return plan


@dataclass(frozen=True)
class Purge(Step):
    """`entity` is as it was."""

    leftover: Leftover
    published: Snapshot
    risk: ClassVar[Risk] = "loss"
    event: ClassVar[str] = "purge"

    @property
    def field_name(self) -> str:  # type: ignore[override]  # a class's constant where there is no field
        return self.leftover.field.name

    @property
    def sentence(self) -> str:
        words = {
            "field": self.field_name,
            "entity": self.entity.name,
            "type": self.leftover.field.type,
            "n": local_number(self.leftover.values),
        }
        if self.leftover.is_hidden_field:
            message = ngettext(
                "Drop the hidden field %(field)s of %(entity)s with its %(n)s value.",
                "Drop the hidden field %(field)s of %(entity)s with its %(n)s values.",
                self.leftover.values,
            )
        else:
            message = ngettext(
                "Drop what %(field)s of %(entity)s was as %(type)s: %(n)s value.",
                "Drop what %(field)s of %(entity)s was as %(type)s: %(n)s values.",
                self.leftover.values,
            )
        return message % words

    @property
    def losses(self) -> int:
        return self.leftover.values

    @property
    def needs_exclusive_access(self) -> bool:
        return True

    def problems(self) -> list[str]:
        found = readers(self.entity, self.published, self.field_name) if self.leftover.is_hidden_field else []
        names = ", ".join(f"{reader.kind} {reader.label}" for reader in found)
        return (
            [_("%(field)s cannot be purged while %(names)s depends on it.") % {"field": self.field_name, "names": names}]
            if found
            else []
        )

    def apply(self, work: Work) -> None:
        column = self.leftover.column
        if self.leftover.field.column:
            if not work.is_rehearsal:
                work.lose(_counts(self.entity, [column])[column], [])
            work.editor.execute(f"ALTER TABLE {quoted(self.entity.table)} DROP COLUMN {quoted(column)}")
        if self.leftover.is_hidden_field and not work.is_rehearsal:
            forget(self.entity.acronym, self.field_name)


def _counts(entity: EntityDefinition, columns: list[str]) -> dict[str, int]:
    if not columns:
        return {}
    model = whole_table(entity)
    names = {field.column: field.name for field in model._meta.fields}
    found = model.objects.aggregate(**{f"n{place}": Count(names[column]) for place, column in enumerate(columns)})
    return {column: found[f"n{place}"] for place, column in enumerate(columns)}


def _without(entity: EntityDefinition, gone: Leftover) -> EntityDefinition:
    if not gone.is_hidden_field:
        return replace(entity, kept=tuple(kept for kept in entity.kept if kept.name != gone.column))
    name = gone.field.name
    indexes = tuple(index for index in entity.indexes if name not in index.fields)
    return replace(entity, fields=tuple(field for field in entity.fields if field.name != name), indexes=indexes)


def forget(acronym: str, name: str) -> None:
    """The draft forgets the field too, so that its name is free again; so do the forms."""
    entity = DataEntity.objects.get(acronym=acronym)
    entity.fields.filter(name=name).delete()
    for index in entity.indexes.all():
        if name in index.fields:
            index.delete()
    for form in entity.forms.all():
        form.design = form.content().only(_AllBut(name)).to_json()
        form.save(update_fields=["design"])


@dataclass(frozen=True)
class _AllBut:
    """Every name but one."""

    name: str

    def __contains__(self, name: object) -> bool:
        return name != self.name
