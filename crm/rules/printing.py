"""Tree → text, such that parsing the text gives the same tree."""

import re
from dataclasses import replace

from crm.rules.tree import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    FieldPath,
    InList,
    Leaf,
    LiteralValue,
    NotRule,
    RelatedTest,
    Rule,
    Term,
    replaced_leaves,
)

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
    return _related(rule) if isinstance(rule, RelatedTest) else _term(rule, print_path(rule.field))


def print_outline(rule: Rule) -> str:
    """The rule with “…” in place of every value: fields and operators alone, for the audit trail."""
    return print_rule(replaced_leaves(rule, _without_values)).replace(print_value(HIDDEN), "…")


def _without_values(leaf: Leaf) -> Leaf:
    if isinstance(leaf, RelatedTest):
        where = replaced_leaves(leaf.records.where, _without_values) if leaf.records.where else None
        test = _without_values(leaf.test) if leaf.test else None
        return replace(leaf, records=replace(leaf.records, where=where), test=test)  # type: ignore[arg-type]  # a term stays one
    if isinstance(leaf, Comparison):
        return replace(leaf, value=HIDDEN)
    if isinstance(leaf, Between):
        return replace(leaf, low=HIDDEN, high=HIDDEN)
    return replace(leaf, values=(HIDDEN,)) if isinstance(leaf, InList) else leaf


def print_path(path: FieldPath) -> str:
    if path.buckets:
        return f"bucket({path.buckets})"
    written = ".".join(map(_name, filter(None, (path.name, path.sub))))
    return f"anniversary({written})" if path.yearly else written


def _name(name: str) -> str:
    """A label in its quotes, what is special in it escaped."""
    return f'"{_escaped(name[1:-1])}"' if name.startswith('"') else name


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def print_value(value: LiteralValue) -> str:
    if all(not part or PLAIN.fullmatch(f"a{part}") for part in value.parts) and (
        value.has_wildcard or PLAIN.fullmatch(value.text)
    ):
        return value.text
    return '"' + "*".join(map(_escaped, value.parts)) + '"'


def _grouped(rule: Rule) -> str:
    return f"({print_rule(rule)})" if isinstance(rule, AllOf | AnyOf) else print_rule(rule)


def _related(leaf: RelatedTest) -> str:
    """`sum(OD.total by userId where status=paid)>500`."""
    records = leaf.records
    name = ".".join(filter(None, (records.entity, _name(leaf.of))))
    by = f" by {records.by}" if records.by else ""
    where = f" where {print_rule(records.where)}" if records.where else ""
    subject = f"{leaf.function}({name}{by}{where})"
    return _term(leaf.test, subject) if leaf.test else subject


def _term(term: Term, subject: str) -> str:
    if isinstance(term, Comparison):
        operator = f" {term.operator} " if term.operator[0].isalpha() else term.operator
        return f"{subject}{operator}{print_value(term.value)}"
    if isinstance(term, Between):
        return f"{subject} between {print_value(term.low)} AND {print_value(term.high)}"
    if isinstance(term, InList):
        return f"{subject} in ({', '.join(map(print_value, term.values))})"
    return f"{subject} is {'not ' if term.present else ''}null"
