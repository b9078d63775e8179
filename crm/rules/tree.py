"""A rule as a syntax tree. `at` is the position of a part in the text; it is ignored when trees are compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf
from typing import TypeAlias

Operator: TypeAlias = OneOf["=", "<>", "<", "<=", ">", ">=", "contains", "starts with", "ends with"]
Function: TypeAlias = OneOf["has", "count", "sum", "min", "max", "avg"]


@dataclass(frozen=True)
class FieldPath:
    """A field, or `name.sub`: a field of the record that a relationship points to.

    A name in double quotes is a label. `yearly` asks for the anniversary of a date, whatever its year; `buckets` for the part of
    all records, of so many, that an id falls into. `through` names the Rule field whose expression this was written in, once a
    rule is expanded.
    """

    name: str
    sub: str = ""
    yearly: bool = False
    buckets: int = 0
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
class ReferringRecords:
    """`OD by userId where …`: the records of another entity that refer to this one, all of them without `where`.

    `by` names the relationship, where there are several. `via` is the relationship that leads to the record that is asked,
    once the expression of a related record's Rule field is expanded; `through` as of a path.
    """

    entity: str
    by: str = ""
    where: "Rule | None" = None
    via: str = ""
    at: int = field(default=0, compare=False)
    through: str = field(default="", compare=False)


@dataclass(frozen=True)
class RelatedTest:
    """`has(OD)`, or a comparison of what is counted or computed: `sum(OD.total)>500`.

    `of` is the field that is computed of, empty for `has` and `count`; `test` compares a field that is named as the function.
    """

    function: Function
    records: ReferringRecords
    of: str = ""
    test: "Term | None" = None

    @property
    def at(self) -> int:
        return self.records.at


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
Leaf: TypeAlias = Term | RelatedTest
Rule: TypeAlias = Leaf | NotRule | AllOf | AnyOf


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly inside this one; none for a leaf."""
    if isinstance(rule, AllOf | AnyOf):
        return rule.rules
    return (rule.rule,) if isinstance(rule, NotRule) else ()


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Every comparison of the rule, in the order of its text, without those that related records are chosen by."""
    if isinstance(rule, NotRule | AllOf | AnyOf):
        for part in parts_of(rule):
            yield from leaves(part)
    else:
        yield rule


def chosen_by(rule: Rule) -> tuple[Rule, ...]:
    """The rule by which a leaf chooses related records, if it does."""
    return (rule.records.where,) if isinstance(rule, RelatedTest) and rule.records.where else ()


def count_terms(rule: Rule) -> int:
    """The number of comparisons, with those that related records are chosen by."""
    return sum(1 + sum(map(count_terms, chosen_by(leaf))) for leaf in leaves(rule))


def depth(rule: Rule) -> int:
    return 1 + max(map(depth, (*parts_of(rule), *chosen_by(rule))), default=0)


def replaced_leaves(rule: Rule, replaced: Callable[[Leaf], Rule]) -> Rule:
    """The rule with each of its leaves replaced."""
    if isinstance(rule, AllOf | AnyOf):
        return replace(rule, rules=tuple(replaced_leaves(part, replaced) for part in rule.rules))
    return NotRule(replaced_leaves(rule.rule, replaced)) if isinstance(rule, NotRule) else replaced(rule)


def literals(term: Term) -> tuple[LiteralValue, ...]:
    if isinstance(term, Comparison):
        return (term.value,)
    if isinstance(term, Between):
        return (term.low, term.high)
    return term.values if isinstance(term, InList) else ()
