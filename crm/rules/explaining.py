"""Tree and one record → verdict: whether the rule holds, and for each comparison what was found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crm.rules.answering import holds, value_of
from crm.rules.binding import bind
from crm.rules.expanding import expand
from crm.rules.meaning import Meaning
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, canonical, resolve
from crm.rules.tree import Comparison, Literal, Path, Rule, Term, terms


@dataclass(frozen=True)
class Clause:
    """One comparison as text, the record's value, and whether it holds. `field` is its true name.

    `through` names the Rule field whose expression holds the comparison; empty for what the rule itself says.
    """

    text: str
    actual: Any  # whatever the field holds
    holds: bool
    field: str
    through: str = ""


@dataclass(frozen=True)
class Verdict:
    holds: bool
    clauses: tuple[Clause, ...]


def explain(rule: Rule, record: object, fields: Fields, meaning: Meaning) -> Verdict:
    """Why a record is in or out, with the meaning that `compile_rule` gives the rule. Raises RuleError."""
    verdict = holds_for(rule, record, fields, meaning)
    return Verdict(verdict, tuple(_clauses(rule, record, fields, meaning, "")))


def holds_for(rule: Rule, record: object, fields: Fields, meaning: Meaning) -> bool:
    """The verdict alone."""
    return holds(bind(expand(rule, fields), fields, meaning), record)


def _clauses(rule: Rule, record: object, fields: Fields, meaning: Meaning, through: str) -> Iterator[Clause]:
    """The comparisons of a rule; after one of a Rule field, those of its expression. That there is an end, `expand` saw."""
    for written in terms(rule):
        term = replace(written, field=replace(written.field, through=through))
        column = resolve(term.field, fields)
        actual = _actual(term, record, fields, meaning)
        yield Clause(print_rule(term), actual, holds_for(term, record, fields, meaning), canonical(term.field, fields), through)
        if column.field.rule is not None:
            yield from _clauses(column.field.rule, record, fields, meaning, column.field.name)


def _actual(term: Term, record: object, fields: Fields, meaning: Meaning) -> Any:  # Any: whatever the field holds
    column = resolve(term.field, fields)
    if column.field.kind == "rule":
        return holds_for(_is_true(term.field), record, fields, meaning)
    return value_of(column, record)


def _is_true(path: Path) -> Rule:
    return Comparison(path, "=", Literal(("true",), path.at))
