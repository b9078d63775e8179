"""Indexes of an entity: made, dropped, and what repeats where values must be unique."""

from collections.abc import Set
from dataclasses import dataclass, replace

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.schema import constraints
from crm.schema.definitions import EntityDefinition, IndexDefinition, Snapshot
from crm.schema.generated import GeneratedModels
from crm.schema.record import Record
from crm.schema.steps import Risk, Step, Work

SHOWN = 10  # repeated values


@dataclass(frozen=True)
class Repeated:
    """A value, or a combination of values, that several records hold."""

    value: str
    records: int

    def __str__(self) -> str:
        return _("“%(value)s” in %(n)s records") % {"value": self.value, "n": self.records}


def repeated(model: type[Record], index: models.UniqueConstraint) -> tuple[int, list[Repeated]]:
    """How many values repeat, and those that do so most."""
    keys = {f"crm_key{place}": expression for place, expression in enumerate(index.expressions)}
    groups = model.objects.filter(index.condition).values(**keys).annotate(crm_records=Count("pk")).filter(crm_records__gt=1)
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
    """`known` is the entity whose values can be looked at before; none where they are new or about to change."""

    known: EntityDefinition | None = None

    @property
    def risk(self) -> Risk:  # type: ignore[override]  # uniqueness can fail
        return "check" if self.index.unique else "addition"

    @property
    def needs_quiet(self) -> bool:
        """A running import must not meet an index that it does not know."""
        return self.index.unique and self.known is not None

    @property
    def sentence(self) -> str:
        if self.index.unique:
            return _("Require unique values of %(fields)s in %(entity)s, by an index.") % self.words()
        return _("Make an index over %(fields)s of %(entity)s.") % self.words()

    def problems(self) -> list[str]:
        if not self.index.unique or self.known is None:
            return []
        model = GeneratedModels(0, Snapshot({self.known.acronym: self.known}))[self.known.acronym]
        count, worst = repeated(model, constraints.unique_constraint(self.known, self.index))
        return [self._repeats(count, worst)] if count else []

    def apply(self, work: Work) -> None:
        model = work.new[self.entity.acronym]
        if self.index.unique:
            work.editor.add_constraint(model, constraints.unique_constraint(self.entity, self.index))
        else:
            work.editor.add_index(model, constraints.plain_index(self.entity, self.index))

    def _repeats(self, count: int, worst: list[Repeated]) -> str:
        said = ngettext(
            "%(fields)s of %(entity)s cannot be unique: %(n)s value repeats: %(worst)s.",
            "%(fields)s of %(entity)s cannot be unique: %(n)s values repeat: %(worst)s.",
            count,
        )
        more = " …" if count > len(worst) else ""
        return said % {**self.words(), "n": count, "worst": ", ".join(map(str, worst)) + more}


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
    added = [AddIndex(entity, name, index, _known(before, index, changed)) for name, index in will.items() if name not in stays]
    return dropped, added


def _is_over(index: IndexDefinition, other: IndexDefinition | None) -> bool:
    return other is not None and index.fields == other.fields


def _known(before: EntityDefinition, index: IndexDefinition, changed: Set[str]) -> EntityDefinition | None:
    """The entity as published, hidden fields in sight; none when a field of the index is new or gets new values."""
    stored = {field.name for field in before.fields if field.column}
    if not stored.issuperset(index.fields) or changed & set(index.fields):
        return None
    return replace(before, fields=tuple(replace(field, hidden=False) for field in before.fields))
