"""What a rule comes down to: a few simple questions about columns, which SQL and Python answer alike.

Nulls are settled here, once: a question about a value that is missing is answered no, so its opposite is answered yes.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from crm.rules.resolving import Column

Value: TypeAlias = object  # a str, int, Decimal, bool, date or datetime: as the column holds it
# How a text is compared: as it is, without the case of A–Z (as unique e-mails are), without case and accents, or by its digits.
Form: TypeAlias = Literal["plain", "lowered", "folded", "digits"]
Order: TypeAlias = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True)
class Missing:
    column: Column


@dataclass(frozen=True)
class Equal:
    """Equal to one of the values, which are in the form already."""

    column: Column
    values: tuple[Value, ...]
    form: Form = "plain"


@dataclass(frozen=True)
class Ordered:
    """Texts in the order of their characters' numbers."""

    column: Column
    order: Order
    value: Value
    form: Form = "plain"


@dataclass(frozen=True)
class Like:
    """A text of these parts, with anything between them; an empty first or last part lets it begin or end with anything."""

    column: Column
    parts: tuple[str, ...]
    form: Form = "plain"


@dataclass(frozen=True)
class Opposite:
    condition: "Condition"


@dataclass(frozen=True)
class Every:
    """All of them hold; there is at least one."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    """At least one of them holds."""

    conditions: tuple["Condition", ...]


Question: TypeAlias = Missing | Equal | Ordered | Like
Condition: TypeAlias = Question | Opposite | Every | Some
