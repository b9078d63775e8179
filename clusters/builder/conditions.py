"""A rule as a form shows it: groups of conditions, each a field, an operator in words and values. Tree ⇄ groups."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from crm.rules.tree import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    FieldPath,
    InList,
    LiteralValue,
    NotRule,
    NullCheck,
    ReferringRecords,
    RelatedTest,
    Rule,
)

Join = Literal["all", "any", "none"]
RelatedFunction = Literal["has", "none", "count", "sum", "min", "max", "avg"]
AGO = re.compile(r"now-([0-9]{1,5})([dwM])")

# By what a form calls it, the operator of the rule language.
PLAIN = {
    "eq": "=", "ne": "<>", "contains": "contains", "starts": "starts with", "ends": "ends with",
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip
NAMED = {operator: name for name, operator in PLAIN.items()}
WITHOUT_VALUE = {"empty", "filled"}
WITHOUT_TEST = {"has", "none"}
TWO_VALUES = {"between", "yearly"}
AGES = {"last", "before"}


@dataclass(frozen=True)
class FormClause:
    """`field` may be `userId.email`. `values` are texts as rules write them: one, two for *between* and for the anniversary
    between (`yearly`), any number for *any of*, number and unit for *last*.
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
    """A rule that conditions cannot say: it stays a text."""


def group_of(rule: Rule) -> Group:
    """Raises NotShown."""
    item = _item(rule)
    return item if isinstance(item, Group) else Group("all", (item,))


def rule_of(item: Item) -> Rule | None:
    """None where no condition is complete."""
    if isinstance(item, FormClause):
        return _term(item)
    if isinstance(item, RelatedClause):
        return _related_rule(item)
    rules = tuple(rule for part in item.items if (rule := rule_of(part)) is not None)
    if not rules:
        return None
    joined = rules[0] if len(rules) == 1 else AllOf(rules) if item.join == "all" else AnyOf(rules)
    return NotRule(joined) if item.join == "none" else joined


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


def _item(rule: Rule) -> Item:
    if isinstance(rule, AllOf):
        return Group("all", tuple(map(_item, rule.rules)))
    if isinstance(rule, AnyOf):
        return Group("any", tuple(map(_item, rule.rules)))
    if isinstance(rule, RelatedTest):
        return _related_clause(rule)
    if isinstance(rule, NotRule):
        if isinstance(rule.rule, RelatedTest) and rule.rule.function == "has":
            return replace(_related_clause(rule.rule), function="none")
        inner = _item(rule.rule)
        return replace(inner, join="none") if isinstance(inner, Group) and inner.join == "any" else Group("none", (inner,))
    return _clause(rule)


def _clause(rule: Rule) -> FormClause:
    if not isinstance(rule, Comparison | Between | InList | NullCheck):
        raise NotShown
    if rule.field.buckets:
        raise NotShown
    name = str(rule.field)
    if rule.field.yearly:
        return _yearly(name, rule)
    if isinstance(rule, NullCheck):
        return FormClause(name, "filled" if rule.present else "empty")
    if isinstance(rule, Between):
        return FormClause(name, "between", (_text(rule.low), _text(rule.high)))
    if isinstance(rule, InList):
        return FormClause(name, "in", tuple(map(_text, rule.values)))
    text = _text(rule.value)
    if rule.operator in {">", "<"} and (ago := AGO.fullmatch(text)):
        return FormClause(name, "last" if rule.operator == ">" else "before", (ago[1], ago[2]))
    return FormClause(name, NAMED[rule.operator], (text,))


def _yearly(name: str, rule: Rule) -> FormClause:
    if not isinstance(rule, Between):
        raise NotShown
    return FormClause(name, "yearly", (_text(rule.low), _text(rule.high)))


def _related_clause(test: RelatedTest) -> RelatedClause:
    records = " by ".join(filter(None, (test.records.entity, test.records.by)))
    where = group_of(test.records.where) if test.records.where else Group("all")
    return RelatedClause(records, test.function, test.of, where, _clause(test.test) if test.test else None)


def _text(value: LiteralValue) -> str:
    if value.has_wildcard:
        raise NotShown
    return value.text


def _term(clause: FormClause) -> Rule | None:
    name, _dot, sub = clause.field.partition(".")
    path, values = FieldPath(name, sub), [value for value in clause.values if value != ""]
    if clause.operator in WITHOUT_VALUE:
        return NullCheck(path, present=clause.operator == "filled")
    if not values or (clause.operator in TWO_VALUES | AGES and len(values) < 2):
        return None
    if clause.operator in TWO_VALUES:
        path = replace(path, yearly=clause.operator == "yearly")
        return Between(path, LiteralValue((values[0],)), LiteralValue((values[1],)))
    if clause.operator == "in":
        return InList(path, tuple(LiteralValue((value,)) for value in values))
    if clause.operator in AGES:
        ago = LiteralValue((f"now-{values[0]}{values[1]}",))
        return Comparison(path, ">" if clause.operator == "last" else "<", ago)
    return Comparison(path, PLAIN[clause.operator], LiteralValue((values[0],)))  # type: ignore[arg-type]  # one of them


def _related_rule(clause: RelatedClause) -> Rule | None:
    entity, _by, relation = clause.records.partition(" by ")
    records = ReferringRecords(entity, relation, rule_of(clause.where))
    if clause.function == "none":
        return NotRule(RelatedTest("has", records))
    if clause.function == "has":
        return RelatedTest("has", records)
    test = _term(clause.test) if clause.test else None
    if test is None or (clause.function != "count" and not clause.of):
        return None
    return RelatedTest(clause.function, records, clause.of, test)  # type: ignore[arg-type]  # what a rule makes of a form's term
