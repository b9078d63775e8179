"""Names → fields. The caller gives the fields; errors never reveal a field that the person may not read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Literal, TypeAlias

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.rules.errors import RuleError, Translatable
from crm.rules.folding import fold
from crm.rules.tree import FieldPath, ReferringRecords, Rule

Kind: TypeAlias = Literal[
    "text",
    "choice",
    "email",
    "id",
    "integer",
    "decimal",
    "boolean",
    "date",
    "datetime",
    "rule",
    "relation",
    "choices",
    "score",
    "other",
]
TEXTS = {"text", "choice", "email", "id", "relation", "score"}
ORDERED = {"text", "choice", "email", "id", "score", "integer", "decimal", "date", "datetime"}
SHOWN_KEY = "DisplayValue"
Names: TypeAlias = Callable[[], Sequence[tuple[str, tuple[str, ...]]]]  # what a column may hold, each with what people call it


@dataclass(frozen=True)
class FieldOption:
    """An option of a field: what is stored, and its labels, that of the reader's language first."""

    value: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleField:
    """A field as rules see it. Its name is its column's.

    Kinds: `score` is a JSON document of which the key to show is compared; `choices` a text of several options, each
    between line breaks; `other` can only be tested for null; `rule` has the tree of its expression; `relation` has the
    fields of the record it points to, of which `shown` stands for that record. `acronym` is that of the entity whose ids an
    `id` or `relation` holds, which may be written before them: `CL-` and the id. `names` says what else its values are
    called, `options` which values there are and their labels. Texts that are `by_digits` match with and without
    punctuation. A field that is not `readable` or not `filterable` may only be used by the expression of a Rule field.
    """

    name: str
    kind: Kind
    label: Translatable = ""
    nullable: bool = True
    readable: bool = True
    filterable: bool = True
    by_digits: bool = False
    country_code: str = ""  # stands before the digits of stored values, and may be left out by who asks for them
    rule: Rule | None = None
    related: "Fields | None" = None
    shown: str = ""
    acronym: str = ""
    names: Names | None = None
    options: tuple[FieldOption, ...] = ()


@dataclass(frozen=True)
class BackReference:
    """A relationship of another entity's records to these. `fields` are theirs, `records` all of them, as a queryset."""

    entity: str
    relation: str
    fields: "Callable[[], Fields]"
    records: Callable[[], QuerySet]
    label: Translatable = ""  # of the entity
    readable: bool = True

    @property
    def column(self) -> str:
        """The column that holds the id of the record that is referred to."""
        return f"{self.relation}_id"


class Fields:
    """The fields of one entity, found by name without regard to case; by label where the name stands in double quotes.

    `references` are asked for once they are needed: entities may refer to each other in circles.
    """

    def __init__(
        self, fields: Iterable[RuleField], entity: str = "", references: Callable[[], Iterable[BackReference]] = tuple
    ) -> None:
        self.entity = entity
        self.by_name = {field.name: field for field in fields}
        self._references = references
        self._by_lower: dict[str, list[RuleField]] = {}
        for field in self.by_name.values():
            self._by_lower.setdefault(field.name.lower(), []).append(field)

    @cached_property
    def references(self) -> tuple[BackReference, ...]:
        """The relationships of other entities, and of this one, to these records."""
        return tuple(self._references())

    def find(self, name: str, *, at: int = 0, through: str = "") -> RuleField:
        """The field of this name. Raises RuleError, the same for an unknown and an unreadable one."""
        if name.startswith('"'):
            return self._labelled(name[1:-1], at)
        field = self.by_name.get(name) or self._like(name)
        if field is None or not (field.readable or through):
            raise RuleError(_("There is no field “%s”.") % name[:60], at, suggestion=self._suggestion(name))
        if not (field.filterable or through):
            raise RuleError(_("“%s” is not a field to filter by.") % field.name, at)
        return field

    def _labelled(self, label: str, at: int) -> RuleField:
        """The one field of this label in the reader's language. Raises RuleError."""
        found = [field for field in self._offered() if field.label and fold(str(field.label)) == fold(label)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise RuleError(_("There is no field “%s”.") % label[:60], at, suggestion=self._suggestion(label))
        names = ", ".join(field.name for field in found)
        shown = {"label": label[:60], "names": names}
        raise RuleError(_("“%(label)s” is the label of several fields: %(names)s. Write one of these.") % shown, at)

    def _offered(self) -> list[RuleField]:
        return [field for field in self.by_name.values() if field.readable and field.filterable]

    def _like(self, name: str) -> RuleField | None:
        # Some letters of other alphabets have an ASCII lower case; a name of ours has none of them.
        alike = self._by_lower.get(name.lower(), []) if name.isascii() else []
        return alike[0] if len(alike) == 1 else None

    def _suggestion(self, name: str) -> str:
        readable = self._offered()
        known = {fold(str(field.label)): field.name for field in readable if field.label}
        known |= {field.name.lower(): field.name for field in readable}
        close = get_close_matches(fold(name[:60]), known, n=1, cutoff=0.6)
        return known[close[0]] if close else ""


@dataclass(frozen=True)
class ResolvedColumn:
    """The field of a path, and how a queryset (`lookup`) and a record (`steps`) reach it; `shown` stands for a related record."""

    field: RuleField
    lookup: str
    steps: tuple[str, ...]
    shown: "ResolvedColumn | None" = None

    @property
    def nullable(self) -> bool:
        return self.field.nullable or len(self.steps) > 1


def resolve(path: FieldPath, fields: Fields) -> ResolvedColumn:
    """The column of a path. Raises RuleError."""
    first = fields.find(path.name, at=path.at, through=path.through)
    if path.sub:
        return _related(path, first)
    return replace(_column(first), shown=_shown(first, through=path.through))


def _related(path: FieldPath, relation: RuleField) -> ResolvedColumn:
    at = path.at + len(path.name) + 1
    if relation.related is None:
        raise RuleError(_("“%s” is not a relationship, so it has no fields of its own.") % relation.name, path.at)
    sub = relation.related.find(path.sub, at=at, through=path.through)
    if sub.kind == "relation":
        raise RuleError(_("“%s” cannot be reached through a relationship.") % path, at)
    return _column(sub, relation.name)


def _shown(relation: RuleField, *, through: str) -> ResolvedColumn | None:
    """What is shown of the related record, if that may be read and is stored there."""
    shown = relation.related.by_name.get(relation.shown) if relation.related else None
    if shown is None or shown.kind in {"rule", "relation"} or not (shown.readable or through):
        return None
    return _column(shown, relation.name)


def _column(field: RuleField, *before: str) -> ResolvedColumn:
    """Of a relationship the id is compared, of scores the key to show."""
    own = {"relation": (f"{field.name}_id",), "score": (field.name, SHOWN_KEY)}.get(field.kind, (field.name,))
    return ResolvedColumn(field, "__".join([*before, *own]), (*before, *own))


def canonical_path(path: FieldPath, fields: Fields) -> FieldPath:
    """The path with the names of its fields as they are defined: `Client.EMAIL` is `client.email`. Raises RuleError."""
    first = fields.find(path.name, at=path.at, through=path.through)
    sub = resolve(path, fields).field.name if path.sub else ""
    return replace(path, name=first.name, sub=sub)


def find_reference(records: ReferringRecords, fields: Fields) -> BackReference:
    """The relationship by which the records refer to those that have these fields. Raises RuleError."""
    possible = [each for each in _asked(records, fields).references if each.readable or records.through]
    named = [each for each in possible if each.entity.lower() == records.entity.lower()]
    if not named:
        others = tuple(dict.fromkeys(each.entity for each in possible))
        reason = _("No records of “%s” refer to these.") % records.entity[:60]
        raise RuleError(reason, records.at, expected=others)
    found = [each for each in named if each.relation.lower() == records.by.lower()] if records.by else named
    if len(found) != 1:
        raise _which_relationship(records, named)
    return found[0]


def key_of(records: ReferringRecords) -> str:
    """The column of the record that is asked which holds the id that they refer to."""
    return f"{records.via}_id" if records.via else "id"


def _asked(records: ReferringRecords, fields: Fields) -> Fields:
    """The fields of the record that they refer to."""
    related = fields.find(records.via, through=records.through).related if records.via else fields
    return related or fields


def _which_relationship(records: ReferringRecords, named: Sequence[BackReference]) -> RuleError:
    names = ", ".join(each.relation for each in named)
    shown = {"entity": named[0].entity, "names": names, "first": named[0].relation}
    if records.by:
        shown["by"] = records.by[:60]
        return RuleError(_("“%(entity)s” does not refer to these by “%(by)s”, but by: %(names)s.") % shown, records.at)
    reason = _("“%(entity)s” refers to these by several relationships: %(names)s. Write “%(entity)s by %(first)s”, or another.")
    return RuleError(reason % shown, records.at)
