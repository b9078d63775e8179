"""Indexes of an entity: made, dropped, and what repeats where values must be unique."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition
from crm.schema.errors import UnpublishableSchema
from crm.schema.fieldtypes.text import LONGEST_UNIQUE
from crm.schema.generated import constraints
from crm.schema.generated.index_sizes import Bytes, is_too_large, may_exceed_unique, room
from crm.schema.generated.storage import has_rows, quoted, reading, shadow_name, stored_in
from crm.schema.publishing.steps.base import Risk, Step, Work, partial_note
from crm.schema.publishing.tables import converting, index_builds
from crm.schema.publishing.tables.altering import Editor, statements_of
from crm.schema.publishing.tables.waiting import Patience
from crm.schema.record import Record

SHOWN = 10  # repeated values


@dataclass(frozen=True)
class Repeated:
    """A value, or a combination of values, that several records hold."""

    value: str
    records: int

    def __str__(self) -> str:
        return _("“%(value)s” in %(n)s records") % {"value": self.value, "n": local_number(self.records)}


@dataclass(frozen=True)
class Repetition:
    """How many values repeat, and those that do so most; `is_partial` where there are more than were looked at."""

    values: int
    worst: list[Repeated]
    is_partial: bool = False


def repeated(model: type[Record], index: models.UniqueConstraint, *, at_most: int | None = None) -> Repetition:
    filled = model.objects.filter(index.condition)
    if not at_most or filled[: at_most + 1].count() <= at_most:
        return Repetition(*_repeated(filled, index))
    some = model.objects.filter(pk__in=filled.order_by("pk").values("pk")[:at_most])
    return Repetition(*_repeated(some, index), is_partial=True)


def _repeated(records: models.QuerySet[Record], index: models.UniqueConstraint) -> tuple[int, list[Repeated]]:
    keys = {f"crm_key{place}": expression for place, expression in enumerate(index.expressions)}
    groups = records.values(**keys).annotate(crm_records=Count("pk")).filter(crm_records__gt=1)
    worst = groups.order_by("-crm_records", *keys)[:SHOWN]
    found = [Repeated(", ".join(str(group[key]) for key in keys), group["crm_records"]) for group in worst]
    return (groups.order_by().count() if len(found) == SHOWN else len(found)), found


@dataclass(frozen=True)
class IndexStep(Step):
    """`name` is the index's in the table."""

    name: str
    index: IndexDefinition

    def words(self) -> dict[str, str]:
        return {"fields": ", ".join(self.index.fields), "entity": self.entity.name}


@dataclass(frozen=True)
class AddIndex(IndexStep):
    """`published` is the entity as its table is now; `changed` are the fields whose values are about to change.

    `at_most` so many values are looked at for repeated ones, if not all.
    """

    published: EntityDefinition = field(repr=False)
    changed: frozenset[str] = frozenset()
    at_most: int | None = None

    @property
    def risk(self) -> Risk:  # type: ignore[override]  # uniqueness can fail
        return "check" if self.index.unique else "addition"

    @property
    def is_over_new_field(self) -> bool:
        stored = {field.name for field in self.published.fields if field.column}
        return not stored.issuperset(self.index.fields)

    @property
    def needs_exclusive_access(self) -> bool:
        """A running import must not meet an index that it does not know, and nobody else may build the same."""
        return not self.is_over_new_field

    @property
    def sentence(self) -> str:
        if self.index.unique:
            return _("Require unique values of %(fields)s in %(entity)s, by an index.") % self.words()
        return _("Make an index over %(fields)s of %(entity)s.") % self.words()

    def problems(self) -> list[str]:
        found = [self._repeats(self.repetition)] if self.repetition.values else []
        return [*found, self._has_long_value(LONGEST_UNIQUE)] if self._is_too_long else found

    def notes(self) -> list[str]:
        is_open = self.repetition.is_partial and not self.repetition.values
        return [partial_note(", ".join(self.index.fields), self.at_most)] if is_open and self.at_most else []

    def at_a_glance(self) -> Self:
        return replace(self, at_most=converting.GLANCE)

    @cached_property
    def repetition(self) -> Repetition:
        """The repeated values; those that are about to change are only known once they have."""
        if not self.index.unique or self.is_over_new_field or self.changed:
            return Repetition(0, [])
        model = reading(self.published, *self._fields(self.published))
        return repeated(model, constraints.unique_constraint(self.entity, self.index), at_most=self.at_most)

    @cached_property
    def _is_too_long(self) -> bool:
        """Return True if a field becomes unique over a value that it would refuse from then on. Only a long text is looked at."""
        if not self.index.unique or self.is_over_new_field or self.changed:
            return False
        fields = self._fields(self.published)
        if len(fields) > 1 or not may_exceed_unique(fields[0]):
            return False
        records = reading(self.published, *fields).objects
        return records.alias(crm_size=Bytes(fields[0].name)).filter(crm_size__gt=LONGEST_UNIQUE).exists()

    def is_long(self) -> bool:
        """A field that is new holds nothing yet: its index is made in a moment."""
        return not self.is_over_new_field and has_rows(self.entity.table, settings.ALTER_ONLINE_FROM_ROWS)

    def prepare(self, patience: Patience) -> None:
        """Built over the columns that are going to be swapped in, where fields are retyped. On SQLite nothing is prepared."""
        if connection.vendor == "sqlite":
            return
        fields = [
            stored_in(found, shadow_name(found.name)) if found.name in self.changed else found
            for found in self._fields(self.entity)
        ]
        model = reading(self.entity, *fields)
        statement = statements_of(lambda editor: self._make(editor, model, index_builds.temporary_name(self.name)))[0]
        try:
            with self._refusing_long_values():
                index_builds.build(self.entity.table, self.name, statement, patience)
        except IntegrityError as error:
            raise UnpublishableSchema([self._duplicates_found(error)]) from error

    def apply(self, work: Work) -> None:
        if not work.is_rehearsal and connection.vendor == "postgresql" and index_builds.is_built(self.entity.table, self.name):
            work.editor.execute(f"ALTER INDEX {quoted(index_builds.temporary_name(self.name))} RENAME TO {quoted(self.name)}")
        else:
            with self._refusing_long_values():
                self._make(work.editor, work.new[self.entity.acronym], self.name)

    @contextmanager
    def _refusing_long_values(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            if not is_too_large(error):
                raise
            raise UnpublishableSchema([self._has_long_value(room(self.index))]) from error

    def _has_long_value(self, most: int) -> str:
        message = _("There can be no index over %(fields)s of %(entity)s: a value takes more than the %(room)s bytes that fit.")
        return message % {**self.words(), "room": local_number(most)}

    def _make(self, editor: Editor, model: type[Record], name: str) -> None:
        if self.index.unique:
            constraint = constraints.unique_constraint(self.entity, self.index)
            constraint.name = name
            editor.add_constraint(model, constraint)
        else:
            index = constraints.plain_index(self.entity, self.index)
            index.name = name
            editor.add_index(model, index)

    def _fields(self, entity: EntityDefinition) -> list[FieldDefinition]:
        return [replace(field, hidden=False) for field in entity.fields if field.name in self.index.fields]

    def _duplicates_found(self, error: IntegrityError) -> str:
        detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", "") or ""
        return _("%(fields)s of %(entity)s cannot be unique: values repeat. %(detail)s") % {**self.words(), "detail": detail}

    def _repeats(self, found: Repetition) -> str:
        message = ngettext(
            "%(fields)s of %(entity)s cannot be unique: %(n)s value repeats: %(worst)s.",
            "%(fields)s of %(entity)s cannot be unique: %(n)s values repeat: %(worst)s.",
            found.values,
        )
        if found.is_partial:
            message = ngettext(
                "%(fields)s of %(entity)s cannot be unique: of the first %(all)s values, %(n)s repeats: %(worst)s.",
                "%(fields)s of %(entity)s cannot be unique: of the first %(all)s values, %(n)s repeat: %(worst)s.",
                found.values,
            )
        more = " …" if found.values > len(found.worst) else ""
        worst = ", ".join(map(str, found.worst)) + more
        return message % {**self.words(), "n": local_number(found.values), "all": local_number(self.at_most or 0), "worst": worst}


@dataclass(frozen=True)
class DropIndex(IndexStep):
    @property
    def sentence(self) -> str:
        if self.index.unique:
            return _("Allow repeated values of %(fields)s in %(entity)s: drop its index.") % self.words()
        return _("Drop the index over %(fields)s of %(entity)s.") % self.words()

    def apply(self, work: Work) -> None:
        work.editor.execute(f"DROP INDEX IF EXISTS {work.editor.quote_name(self.name)}")


def index_steps(before: EntityDefinition, entity: EntityDefinition, changed: Set[str]) -> tuple[list[DropIndex], list[AddIndex]]:
    """What is dropped before the fields change and made after. `changed` are the fields whose column or key becomes another."""
    was, will = constraints.named_indexes(before), constraints.named_indexes(entity)
    stays = {name for name, index in will.items() if _is_over(index, was.get(name)) and not changed & set(index.fields)}
    dropped = [DropIndex(entity, name, index) for name, index in was.items() if name not in stays]
    added = [
        AddIndex(entity, name, index, before, frozenset(changed & set(index.fields)))
        for name, index in will.items()
        if name not in stays
    ]
    return dropped, added


def _is_over(index: IndexDefinition, other: IndexDefinition | None) -> bool:
    return other is not None and index.fields == other.fields
