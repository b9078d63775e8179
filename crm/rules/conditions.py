"""Conditions over columns, to which a rule is bound. SQL (`compiling`) and Python (`evaluating`) give them the same result.

A predicate about a missing value is false, so its negation is true: two-valued logic, without SQL's NULL.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, TypeAlias

from crm.rules.resolving import BackReference, ResolvedColumn
from crm.rules.tree import Function

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
class InYear:
    """A day, or the day of a moment in `zone`, lies in one of these ranges of `anniversaries.day_in_year`."""

    column: ResolvedColumn
    ranges: tuple[tuple[int, int], ...]
    zone: tzinfo


@dataclass(frozen=True)
class InBucket:
    """An id falls into one of these parts, numbered from 0, of `buckets`."""

    column: ResolvedColumn
    buckets: int
    meant: tuple[int, ...]


@dataclass(frozen=True)
class ChosenRecords:
    """The records that refer by `reference` to the one whose `key` is asked, those that meet `where`."""

    reference: BackReference
    key: str  # a column of the record that is asked: its `id`, or `userId_id`
    where: "Condition | None"


@dataclass(frozen=True)
class HasRecords:
    """There is at least one."""

    records: ChosenRecords


@dataclass(frozen=True)
class ComputedRecords:
    """What the function makes of the records meets `test`, whose predicates are about MEASURE. `of` is None for a count."""

    function: Function
    records: ChosenRecords
    of: ResolvedColumn | None
    test: "Condition"


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


# Above zero the average is rounded to so many digits, since three calculators would round the last one each in its way.
AVERAGE_PLACES = 6
MEASURE = "crm_measure"  # the column of what is computed of related records

Compared: TypeAlias = EqualsAny | OrderComparison | LikePattern | InYear | InBucket
Predicate: TypeAlias = IsMissing | Compared
Related: TypeAlias = HasRecords | ComputedRecords
Condition: TypeAlias = Predicate | Related | Negation | Conjunction | Disjunction
