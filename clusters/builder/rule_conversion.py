"""Rules ⇄ the groups of conditions of a form."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from clusters.builder.conditions import AGES, TWO_VALUES, WITHOUT_VALUE, FormClause, Group, Item, NotShown, RelatedClause
from crm.rules.parsing import wildcard_parts
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
    Operator,
    ReferringRecords,
    RelatedTest,
    Rule,
    Term,
)

AGO = re.compile(r"now-([0-9]{1,5})([dwM])")
WILDCARD = re.compile(r"([\\*])")
# By what a form calls it, the operator of the rule language.
PLAIN: dict[str, Operator] = {
    "eq": "=", "ne": "<>", "contains": "contains", "starts": "starts with", "ends": "ends with",
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip
NAMED = {operator: name for name, operator in PLAIN.items()}
LIKE: dict[str, Operator] = {"like": "=", "unlike": "<>"}  # a text in which `*` is any text
NAMED_LIKE = {operator: name for name, operator in LIKE.items()}


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


def _clause(rule: Term) -> FormClause:
    if rule.field.buckets:
        raise NotShown(_("A part of all records, drawn by their ids, is no condition of the form."))
    name = str(rule.field)
    if rule.field.yearly:
        return _yearly(name, rule)
    if isinstance(rule, NullCheck):
        return FormClause(name, "filled" if rule.present else "empty")
    if isinstance(rule, Between):
        return FormClause(name, "between", (_text(rule.low), _text(rule.high)))
    if isinstance(rule, InList):
        return FormClause(name, "in", tuple(map(_text, rule.values)))
    if rule.value.has_wildcard and rule.operator in NAMED_LIKE:
        return FormClause(name, NAMED_LIKE[rule.operator], (_pattern_of(rule.value),))
    text = _text(rule.value)
    if rule.operator in {">", "<"} and (ago := AGO.fullmatch(text)):
        return FormClause(name, "last" if rule.operator == ">" else "before", (ago[1], ago[2]))
    return FormClause(name, NAMED[rule.operator], (text,))


def _yearly(name: str, rule: Term) -> FormClause:
    if not isinstance(rule, Between):
        raise NotShown(_("An anniversary is a condition of the form only between two days."))
    return FormClause(name, "yearly", (_text(rule.low), _text(rule.high)))


def _related_clause(test: RelatedTest) -> RelatedClause:
    records = " by ".join(filter(None, (test.records.entity, test.records.by)))
    where = group_of(test.records.where) if test.records.where else Group("all")
    return RelatedClause(records, test.function, test.of, where, _clause(test.test) if test.test else None)


def _text(value: LiteralValue) -> str:
    if value.has_wildcard:
        raise NotShown(_("“%s” stands for any text at its “*”, which the form takes only by itself, after “fits”.") % value.text)
    return value.text


def _pattern_of(value: LiteralValue) -> str:
    return "*".join(WILDCARD.sub(r"\\\1", part) for part in value.parts)


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
    if clause.operator in LIKE:
        return Comparison(path, LIKE[clause.operator], LiteralValue(wildcard_parts(values[0])))
    return Comparison(path, PLAIN[clause.operator], LiteralValue((values[0],)))


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
