"""A rule as a form shows it: groups of conditions, each a field, an operator in words and values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Join = Literal["all", "any", "none"]
RelatedFunction = Literal["has", "none", "count", "sum", "min", "max", "avg"]
WITHOUT_VALUE = {"empty", "filled"}
WITHOUT_TEST = {"has", "none"}
TWO_VALUES = {"between", "yearly"}
AGES = {"last", "before"}


@dataclass(frozen=True)
class FormClause:
    """`field` may be `userId.email`. `values` are texts as rules write them: one, two for *between* and for the anniversary
    between (`yearly`), any number for *any of*, number and unit for *last*; a `*` in that
    of *like* is any text, unless a backslash stands before it.
    """

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """`none`: none of the items holds."""

    join: Join
    items: tuple["Item", ...] = ()

    def replaced(self, place: int, item: "Item | None") -> "Group":
        """With another item at the place, or without that one."""
        items = [*self.items[:place], *([item] if item else []), *self.items[place + 1 :]]
        return replace(self, items=tuple(items))


@dataclass(frozen=True)
class RelatedClause:
    """A condition on the records that refer to this one, `OD` or `OD by userId`: that there are any, there are none, or of their
    number, or of what is computed `of` a field. `where` chooses among them; `test` names the function as its field.
    """

    records: str
    function: RelatedFunction = "has"
    of: str = ""
    where: Group = Group("all")
    test: FormClause | None = None


Item: TypeAlias = FormClause | RelatedClause | Group


class NotShown(Exception):
    """A rule that conditions cannot say: it stays a text. The reason is for who reads the page."""


def items_of(item: Item) -> Iterator[Item]:
    """The item and all in it, also what related records are chosen by."""
    yield item
    for part in parts_of(item):
        yield from items_of(part)


def parts_of(item: Item) -> tuple[Item, ...]:
    if isinstance(item, RelatedClause):
        return item.where.items
    return item.items if isinstance(item, Group) else ()


def depth(item: Item) -> int:
    return 1 + max(map(depth, parts_of(item)), default=0)
