"""A rule as a tree. Positions tell where in the text a part stood; they do not count when trees are compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias

Operator: TypeAlias = OneOf["=", "<>", "<", "<=", ">", ">=", "contains"]


@dataclass(frozen=True)
class Path:
    """A field, or `name.sub`: a field of the record that a relationship points to.

    `through` names the Rule field whose expression this was written in, once a rule is expanded.
    """

    name: str
    sub: str = ""
    at: int = field(default=0, compare=False)
    through: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.name}.{self.sub}" if self.sub else self.name


@dataclass(frozen=True)
class Literal:
    """A value as it was written: the texts between its wildcards, so a value without a wildcard is one text."""

    parts: tuple[str, ...]
    at: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        return "*".join(self.parts)

    @property
    def has_wildcard(self) -> bool:
        return len(self.parts) > 1


@dataclass(frozen=True)
class Comparison:
    field: Path
    operator: Operator
    value: Literal


@dataclass(frozen=True)
class Between:
    """Both ends belong to it."""

    field: Path
    low: Literal
    high: Literal


@dataclass(frozen=True)
class Within:
    """`field in (a, b)`."""

    field: Path
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Presence:
    """`field is not null`, or `field is null` when not present."""

    field: Path
    present: bool


@dataclass(frozen=True)
class Not:
    rule: "Rule"


@dataclass(frozen=True)
class All:
    """At least two rules joined by AND."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Any:
    """At least two rules joined by OR."""

    rules: tuple["Rule", ...]


Term: TypeAlias = Comparison | Between | Within | Presence
Rule: TypeAlias = Term | Not | All | Any


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly inside this one; none for a term."""
    if isinstance(rule, All | Any):
        return rule.rules
    return (rule.rule,) if isinstance(rule, Not) else ()


def terms(rule: Rule) -> Iterator[Term]:
    """Every comparison of the rule, in the order of its text."""
    if isinstance(rule, Not | All | Any):
        for part in parts_of(rule):
            yield from terms(part)
    else:
        yield rule


def depth(rule: Rule) -> int:
    return 1 + max(map(depth, parts_of(rule)), default=0)


def literals(term: Term) -> tuple[Literal, ...]:
    if isinstance(term, Comparison):
        return (term.value,)
    if isinstance(term, Between):
        return (term.low, term.high)
    return term.values if isinstance(term, Within) else ()
