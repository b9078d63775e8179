"""A rule as a form shows it: groups of conditions, each a field, an operator in words and values. Tree ⇄ groups."""

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, LiteralValue, NotRule, NullCheck, Rule

Join = Literal["all", "any", "none"]
AGO = re.compile(r"now-([0-9]{1,5})([dwM])")

# By what a form calls it, the operator of the rule language.
PLAIN = {
    "eq": "=", "ne": "<>", "contains": "contains", "starts": "starts with", "ends": "ends with",
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip
NAMED = {operator: name for name, operator in PLAIN.items()}
WITHOUT_VALUE = {"empty", "filled"}


@dataclass(frozen=True)
class FormClause:
    """`values` are texts as rules write them: one, two for *between*, any number for *any of*, number and unit for *last*."""

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


Item: TypeAlias = FormClause | Group


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
    rules = tuple(rule for part in item.items if (rule := rule_of(part)) is not None)
    if not rules:
        return None
    joined = rules[0] if len(rules) == 1 else AllOf(rules) if item.join == "all" else AnyOf(rules)
    return NotRule(joined) if item.join == "none" else joined


def clauses_of(item: Item) -> list[FormClause]:
    return [item] if isinstance(item, FormClause) else [clause for part in item.items for clause in clauses_of(part)]


def _item(rule: Rule) -> Item:
    if isinstance(rule, AllOf):
        return Group("all", tuple(map(_item, rule.rules)))
    if isinstance(rule, AnyOf):
        return Group("any", tuple(map(_item, rule.rules)))
    if isinstance(rule, NotRule):
        inner = _item(rule.rule)
        return replace(inner, join="none") if isinstance(inner, Group) and inner.join == "any" else Group("none", (inner,))
    return _clause(rule)


def _clause(rule: Rule) -> FormClause:
    if not isinstance(rule, Comparison | Between | InList | NullCheck) or rule.field.sub or rule.field.yearly:
        raise NotShown
    name = rule.field.name
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


def _text(value: LiteralValue) -> str:
    if value.has_wildcard:
        raise NotShown
    return value.text


def _term(clause: FormClause) -> Rule | None:
    path, values = FieldPath(clause.field), [value for value in clause.values if value != ""]
    if clause.operator in WITHOUT_VALUE:
        return NullCheck(path, present=clause.operator == "filled")
    if not values or (clause.operator in {"between", "last", "before"} and len(values) < 2):
        return None
    if clause.operator == "between":
        return Between(path, LiteralValue((values[0],)), LiteralValue((values[1],)))
    if clause.operator == "in":
        return InList(path, tuple(LiteralValue((value,)) for value in values))
    if clause.operator in {"last", "before"}:
        ago = LiteralValue((f"now-{values[0]}{values[1]}",))
        return Comparison(path, ">" if clause.operator == "last" else "<", ago)
    return Comparison(path, PLAIN[clause.operator], LiteralValue((values[0],)))  # type: ignore[arg-type]  # one of them
