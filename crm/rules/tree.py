"""A rule as a syntax tree. `at` is the position of a part in the text; it is ignored when trees are compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias

Operator: TypeAlias = OneOf["=", "<>", "<", "<=", ">", ">=", "contains"]


@dataclass(frozen=True)
class FieldPath:
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
class LiteralValue:
    """A value as it was written: the texts between its wildcards; without a wildcard it is one text."""

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
    field: FieldPath
    operator: Operator
    value: LiteralValue


@dataclass(frozen=True)
class Between:
    """Both ends are included."""

    field: FieldPath
    low: LiteralValue
    high: LiteralValue


@dataclass(frozen=True)
class InList:
    """`field in (a, b)`."""

    field: FieldPath
    values: tuple[LiteralValue, ...]


@dataclass(frozen=True)
class NullCheck:
    """`field is not null`, or `field is null` when not present."""

    field: FieldPath
    present: bool


@dataclass(frozen=True)
class NotRule:
    rule: "Rule"


@dataclass(frozen=True)
class AllOf:
    """At least two rules joined by AND."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least two rules joined by OR."""

    rules: tuple["Rule", ...]


Term: TypeAlias = Comparison | Between | InList | NullCheck
Rule: TypeAlias = Term | NotRule | AllOf | AnyOf


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly inside this one; none for a term."""
    if isinstance(rule, AllOf | AnyOf):
        return rule.rules
    return (rule.rule,) if isinstance(rule, NotRule) else ()


def terms(rule: Rule) -> Iterator[Term]:
    """Every comparison of the rule, in the order of its text."""
    if isinstance(rule, NotRule | AllOf | AnyOf):
        for part in parts_of(rule):
            yield from terms(part)
    else:
        yield rule


def depth(rule: Rule) -> int:
    return 1 + max(map(depth, parts_of(rule)), default=0)


def literals(term: Term) -> tuple[LiteralValue, ...]:
    if isinstance(term, Comparison):
        return (term.value,)
    if isinstance(term, Between):
        return (term.low, term.high)
    return term.values if isinstance(term, InList) else ()
