"""What conditions of an entity may be about: its fields, those of a record it points to, and the records that refer to it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.permissions import may
from crm.rules.binding import COMPUTABLE
from crm.rules.folding import fold
from crm.rules.resolving import Kind, RuleField
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated import current
from crm.schema.generated.relationships import relationships
from crm.schema.generated.rule_fields import SYSTEM

DAYS = {"date", "datetime"}


@dataclass(frozen=True)
class OfferedField:
    """`key` is how a rule names it, `state` or `userId.email`; `entity` has the field."""

    key: str
    label: str
    definition: FieldDefinition
    entity: str
    may_be_empty: bool = True
    is_computed: bool = False


@dataclass(frozen=True)
class OfferedRecords:
    """The records of another entity that refer to these. `key` is `AD`; `OD by userId` where there are several relationships."""

    key: str
    label: str
    entity: str
    relation: str
    offer: "Callable[[], Offer]"


@dataclass(frozen=True)
class Offer:
    """What one reader may ask of an entity, in the order of the labels."""

    entity: str
    name: str
    fields: Mapping[str, OfferedField]
    related: tuple[OfferedRecords, ...]

    def records(self, key: str) -> OfferedRecords | None:
        """Also of a key that names the only relationship there is."""
        entity, _by, relation = key.partition(" by ")
        found = [each for each in self.related if each.entity == entity and relation in {"", each.relation}]
        return found[0] if len(found) == 1 else None

    @cached_property
    def names(self) -> dict[str, str]:
        """By key what people pick by: the label, with the key where several share it."""
        offered: list[OfferedField | OfferedRecords] = [*self.fields.values(), *self.related]
        times = Counter(fold(each.label) for each in offered)
        return {each.key: each.label if times[fold(each.label)] == 1 else f"{each.label} ({each.key})" for each in offered}

    def found(self, typed: str) -> list[str]:
        """The keys of what is called so; else of all whose name or key holds every word."""
        wanted = fold(typed.strip())
        exact = [key for key, name in self.names.items() if wanted in {fold(key), fold(name)}]
        words = wanted.split()
        return exact or [key for key, name in self.names.items() if all(word in f"{fold(name)} {fold(key)}" for word in words)]

    def computable(self, function: str) -> list[OfferedField]:
        """The fields of which a function can be computed."""
        kinds = next((kinds for known, kinds in COMPUTABLE.items() if known == function), set[Kind]())
        return [each for each in self.fields.values() if "." not in each.key and kind_of(each.definition) in kinds]


def measured(function: str, of: OfferedField | None) -> OfferedField | None:
    """What is counted or computed, as a field to compare; None while nobody has said of which field."""
    if function == "count":
        return OfferedField(function, _("Number"), FieldDefinition(function, "Integer"), "", may_be_empty=False, is_computed=True)
    if of is None:
        return None
    if function in {"min", "max"}:
        return replace(of, is_computed=True)
    number = FieldDefinition(function, "Decimal")
    return OfferedField(function, of.label, number, of.entity, may_be_empty=function == "avg", is_computed=True)


def kind_of(field: FieldDefinition) -> str:
    return fieldtypes.get(field.type).kind


def offered(acronym: str, reader: Actor) -> Offer:
    entity = current.entity(acronym)
    own = list(_own_fields(entity, reader))
    fields = sorted([*own, *_fields_beyond(own, reader)], key=lambda each: each.label.casefold())
    related = sorted(_referring(entity, reader), key=lambda each: each.label.casefold())
    return Offer(acronym, entity.name, {each.key: each for each in fields}, tuple(related))


def _own_fields(entity: EntityDefinition, reader: Actor) -> Iterator[OfferedField]:
    for field in entity.visible_fields:
        if field.filterable and may(reader, "read", entity.acronym, field.name):
            yield OfferedField(field.name, str(field.label), field, entity.acronym)
    for known in SYSTEM:
        yield _system_field(known, entity.acronym)


def _system_field(known: RuleField, acronym: str) -> OfferedField:
    label = str(known.label)
    definition = FieldDefinition(known.name, _system_type(known), {"en": label}, unique=known.kind == "id")
    return OfferedField(known.name, label, definition, acronym, may_be_empty=known.nullable)


def _system_type(known: RuleField) -> str:
    if known.kind == "datetime":
        return "Date and Time"
    return "Varchar 100" if known.names is None else "User Login"


def _fields_beyond(own: list[OfferedField], reader: Actor) -> Iterator[OfferedField]:
    """Those of the records that a field points to, but for a second step."""
    for relation in own:
        other = current.models().snapshot.entities.get(str(relation.definition.options.get("entity", "")))
        if not fieldtypes.is_relation(relation.definition) or other is None:
            continue
        for field in _own_fields(other, reader):
            if not fieldtypes.is_relation(field.definition):
                yield OfferedField(
                    f"{relation.key}.{field.key}", f"{relation.label} · {field.label}", field.definition, other.acronym
                )


def _referring(entity: EntityDefinition, reader: Actor) -> Iterator[OfferedRecords]:
    found = [
        (other, field)
        for other, field in relationships(current.models().snapshot)
        if field.options.get("entity") == entity.acronym and may(reader, "read", other.acronym, field.name)
    ]
    entities = [other.acronym for other, _field in found]
    for other, field in found:
        is_only = entities.count(other.acronym) == 1
        key = other.acronym if is_only else f"{other.acronym} by {field.name}"
        label = str(other.name) if is_only else f"{other.name} · {field.label}"
        yield OfferedRecords(key, label, other.acronym, field.name, _offer_later(other.acronym, reader))


def _offer_later(acronym: str, reader: Actor) -> Callable[[], Offer]:
    """Entities may refer to each other in circles."""
    return cache(lambda: offered(acronym, reader))
