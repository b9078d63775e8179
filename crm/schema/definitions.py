"""What is published, as plain values: fields, indexes and entities of one snapshot."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import get_language

FORMAT = 1


def in_language(texts: Mapping[str, str], default: str) -> str:
    """The text in the active language, else in English, else any, else `default`."""
    language = (get_language() or "en").lower()
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "") or default


@dataclass(frozen=True)
class FieldDefinition:
    """One field. `type` is the type's label (`Varchar 50`); `column` is the deconstructed column as it was published."""

    name: str
    type: str
    labels: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    nullable: bool = True
    default: Any = None  # whatever JSON value the type takes
    searchable: bool = True
    filterable: bool = True
    unique: bool = False
    hidden: bool = False
    locked: bool = False
    read_only: bool = False
    public_read: bool = False
    public_write: bool = False
    public_filter: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)  # Any: each type reads its own
    column: Mapping[str, Any] = field(default_factory=dict)  # Any: arguments of a Django field

    @property
    def label(self) -> str:
        return in_language(self.labels, self.name)


@dataclass(frozen=True)
class IndexDefinition:
    name: str
    fields: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class KeptColumn:
    """What a field was before it was retyped: its values stay in a column of this name until they are purged."""

    name: str
    field: FieldDefinition
    publication: int  # the one that retyped it


Key = Literal["made", "given"]  # a record's id is made here, or given by the caller


@dataclass(frozen=True)
class EntityDefinition:
    """`kept` is no part of a draft: a plan carries it from what is published. `key` says where ids of new records come from."""

    acronym: str
    names: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[FieldDefinition, ...] = ()
    indexes: tuple[IndexDefinition, ...] = ()
    kept: tuple[KeptColumn, ...] = ()
    key: Key = "made"

    @property
    def name(self) -> str:
        return in_language(self.names, self.acronym)

    @property
    def table(self) -> str:
        return f"record_{self.acronym.lower()}"

    @property
    def visible_fields(self) -> tuple[FieldDefinition, ...]:
        return tuple(field for field in self.fields if not field.hidden)

    @property
    def hidden_fields(self) -> tuple[FieldDefinition, ...]:
        return tuple(field for field in self.fields if field.hidden)

    @property
    def live_indexes(self) -> tuple[IndexDefinition, ...]:
        """The indexes whose fields are all there; one over a hidden field waits until that is restored."""
        stored = {field.name for field in self.visible_fields if field.column}
        return tuple(index for index in self.indexes if stored.issuperset(index.fields))

    def field(self, name: str) -> FieldDefinition | None:
        """The visible field of exactly this name."""
        return next((field for field in self.visible_fields if field.name == name), None)

    def field_like(self, name: str) -> FieldDefinition | None:
        """The field, hidden or not, of this name without regard to case."""
        return next((field for field in self.fields if field.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class Snapshot:
    """All entities, keyed by acronym, and those that were removed: their tables are still there."""

    entities: Mapping[str, EntityDefinition] = field(default_factory=dict)
    format: int = FORMAT
    removed: Mapping[str, EntityDefinition] = field(default_factory=dict)

    def __iter__(self) -> Iterator[EntityDefinition]:
        return iter(self.entities.values())

    def with_entity(self, entity: EntityDefinition) -> "Snapshot":
        return self.with_entities({**self.entities, entity.acronym: entity})

    def with_entities(self, entities: Mapping[str, EntityDefinition]) -> "Snapshot":
        """With these entities and no others: what else was there counts as removed, so that no table is ever forgotten."""
        known = {**self.removed, **self.entities}
        removed = {acronym: entity for acronym, entity in known.items() if acronym not in entities}
        return replace(self, entities=entities, removed=removed)

    def without_entity(self, acronym: str) -> "Snapshot":
        return self.with_entities({key: entity for key, entity in self.entities.items() if key != acronym})

    def only(self, acronyms: Set[str]) -> "Snapshot":
        """Without the others, which are not removed by that: for classes, not for a publication."""
        return replace(self, entities={key: entity for key, entity in self.entities.items() if key in acronyms}, removed={})

    def forgetting(self, acronym: str) -> "Snapshot":
        """As if the entity had never been there."""
        entities, removed = (
            {key: entity for key, entity in known.items() if key != acronym} for known in (self.entities, self.removed)
        )
        return replace(self, entities=entities, removed=removed)

    def to_json(self) -> dict[str, Any]:
        removed = {"removed": [asdict(entity) for entity in self.removed.values()]} if self.removed else {}
        return {"format": self.format, "entities": [asdict(entity) for entity in self], **removed}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Snapshot":
        entities, removed = (
            {entity["acronym"]: entity_from_json(entity) for entity in document.get(part, ())} for part in ("entities", "removed")
        )
        return cls(entities, document["format"], removed)


def entity_from_json(document: Mapping[str, Any]) -> EntityDefinition:
    return EntityDefinition(
        acronym=document["acronym"],
        names=document["names"],
        fields=tuple(FieldDefinition(**field) for field in document["fields"]),
        indexes=tuple(IndexDefinition(index["name"], tuple(index["fields"]), index["unique"]) for index in document["indexes"]),
        kept=tuple(kept_from_json(kept) for kept in document.get("kept", ())),
        key=document.get("key", "made"),
    )


def kept_from_json(document: Mapping[str, Any]) -> KeptColumn:
    return KeptColumn(document["name"], FieldDefinition(**document["field"]), document["publication"])
