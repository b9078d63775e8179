"""Names → fields. The caller gives the fields; errors never reveal a field that the person may not read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from crm.rules.errors import RuleError, Translatable
from crm.rules.folding import fold
from crm.rules.tree import FieldPath, Rule

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


class Fields:
    """The fields of one entity, found by name without regard to case."""

    def __init__(self, fields: Iterable[RuleField]) -> None:
        self.by_name = {field.name: field for field in fields}
        self._by_lower: dict[str, list[RuleField]] = {}
        for field in self.by_name.values():
            self._by_lower.setdefault(field.name.lower(), []).append(field)

    def find(self, name: str, *, at: int = 0, through: str = "") -> RuleField:
        """The field of this name. Raises RuleError, the same for an unknown and an unreadable one."""
        field = self.by_name.get(name) or self._like(name)
        if field is None or not (field.readable or through):
            raise RuleError(_("There is no field “%s”.") % name[:60], at, suggestion=self._suggestion(name))
        if not (field.filterable or through):
            raise RuleError(_("“%s” is not a field to filter by.") % field.name, at)
        return field

    def _like(self, name: str) -> RuleField | None:
        # Some letters of other alphabets have an ASCII lower case; a name of ours has none of them.
        alike = self._by_lower.get(name.lower(), []) if name.isascii() else []
        return alike[0] if len(alike) == 1 else None

    def _suggestion(self, name: str) -> str:
        readable = [field for field in self.by_name.values() if field.readable and field.filterable]
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
