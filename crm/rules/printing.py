"""Tree → text, such that parsing the text gives the same tree."""

import re
from dataclasses import replace

from crm.rules.tree import AllOf, AnyOf, Between, Comparison, InList, LiteralValue, NotRule, NullCheck, Rule, Term

# What needs no quotes: one word without any sign that means something, and no keyword.
PLAIN = re.compile(r"(?!(?:and|or|null)\Z)[^\W_][\w.@+:/-]*", re.IGNORECASE)
HIDDEN = LiteralValue(("…",))
SPECIAL = re.compile(r"([\\*\"“”])")


def print_rule(rule: Rule) -> str:
    """The rule's text, in its shortest form: `state=SP AND (tier=Gold OR totalSpent>1000)`."""
    if isinstance(rule, AllOf):
        return " AND ".join(map(_grouped, rule.rules))
    if isinstance(rule, AnyOf):
        return " OR ".join(map(_grouped, rule.rules))
    if isinstance(rule, NotRule):
        return f"NOT {_grouped(rule.rule)}"
    return _term(rule)


def print_outline(rule: Rule) -> str:
    """The rule with “…” in place of every value: fields and operators alone, for the audit trail."""
    return print_rule(_without_values(rule)).replace(print_value(HIDDEN), "…")


def _without_values(rule: Rule) -> Rule:
    if isinstance(rule, AllOf | AnyOf):
        return replace(rule, rules=tuple(map(_without_values, rule.rules)))
    if isinstance(rule, NotRule):
        return replace(rule, rule=_without_values(rule.rule))
    if isinstance(rule, Comparison):
        return replace(rule, value=HIDDEN)
    if isinstance(rule, Between):
        return replace(rule, low=HIDDEN, high=HIDDEN)
    return replace(rule, values=(HIDDEN,)) if isinstance(rule, InList) else rule


def print_value(value: LiteralValue) -> str:
    if all(not part or PLAIN.fullmatch(f"a{part}") for part in value.parts) and (
        value.has_wildcard or PLAIN.fullmatch(value.text)
    ):
        return value.text
    return '"' + "*".join(SPECIAL.sub(r"\\\1", part) for part in value.parts) + '"'


def _grouped(rule: Rule) -> str:
    return f"({print_rule(rule)})" if isinstance(rule, AllOf | AnyOf) else print_rule(rule)


def _term(term: Term) -> str:
    path = term.field
    if isinstance(term, Comparison):
        operator = f" {term.operator} " if term.operator == "contains" else term.operator
        return f"{path}{operator}{print_value(term.value)}"
    if isinstance(term, Between):
        return f"{path} between {print_value(term.low)} AND {print_value(term.high)}"
    if isinstance(term, InList):
        return f"{path} in ({', '.join(map(print_value, term.values))})"
    return _presence(term)


def _presence(term: NullCheck) -> str:
    return f"{term.field} is {'not ' if term.present else ''}null"
