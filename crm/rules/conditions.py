"""Conditions over columns, to which a rule is bound. SQL (`compiling`) and Python (`evaluating`) give them the same result.

A predicate about a missing value is false, so its negation is true: two-valued logic, without SQL's NULL.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from crm.rules.resolving import ResolvedColumn

Value: TypeAlias = object  # a str, int, Decimal, bool, date or datetime: as the column holds it
# How a text is compared: as it is, ignoring the case of A–Z (as unique e-mails are), ignoring case and accents, or by its digits.
Normalization: TypeAlias = Literal["plain", "lowered", "folded", "digits"]
Order: TypeAlias = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True)
class IsMissing:
    column: ResolvedColumn


@dataclass(frozen=True)
class EqualsAny:
    """Equal to one of the values, which are normalized already."""

    column: ResolvedColumn
    values: tuple[Value, ...]
    normalization: Normalization = "plain"


@dataclass(frozen=True)
class OrderComparison:
    """Texts compare by code point."""

    column: ResolvedColumn
    order: Order
    value: Value
    normalization: Normalization = "plain"


@dataclass(frozen=True)
class LikePattern:
    """A text of these parts, with anything between them; an empty first or last part leaves its beginning or end open."""

    column: ResolvedColumn
    parts: tuple[str, ...]
    normalization: Normalization = "plain"


@dataclass(frozen=True)
class Negation:
    condition: "Condition"


@dataclass(frozen=True)
class Conjunction:
    """True if all are; there is at least one."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Disjunction:
    """True if at least one is."""

    conditions: tuple["Condition", ...]


Predicate: TypeAlias = IsMissing | EqualsAny | OrderComparison | LikePattern
Condition: TypeAlias = Predicate | Negation | Conjunction | Disjunction
