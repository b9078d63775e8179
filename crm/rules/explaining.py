"""Tree and one record → explanation: the result of the rule, and of each comparison with the actual value."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crm.rules.binding import bind
from crm.rules.context import RuleContext
from crm.rules.evaluating import evaluate, value_of
from crm.rules.expanding import expand
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, canonical_name, resolve
from crm.rules.tree import Comparison, FieldPath, LiteralValue, Rule, Term, terms


@dataclass(frozen=True)
class Clause:
    """One comparison as text, the record's value, and whether it holds. `field` is its canonical name.

    `through` names the Rule field whose expression holds the comparison; empty for what the rule itself says.
    """

    text: str
    actual: Any  # whatever the field holds
    holds: bool
    field: str
    through: str = ""


@dataclass(frozen=True)
class RuleExplanation:
    holds: bool
    clauses: tuple[Clause, ...]


def explain(rule: Rule, record: object, fields: Fields, context: RuleContext) -> RuleExplanation:
    """Why a record matches or not, with the result that `compile_rule` has in the database. Raises RuleError."""
    result = evaluate_rule(rule, record, fields, context)
    return RuleExplanation(result, tuple(_clauses(rule, record, fields, context, "")))


def evaluate_rule(rule: Rule, record: object, fields: Fields, context: RuleContext) -> bool:
    """The result alone. Raises RuleError."""
    return evaluate(bind(expand(rule, fields), fields, context), record)


def _clauses(rule: Rule, record: object, fields: Fields, context: RuleContext, through: str) -> Iterator[Clause]:
    """The comparisons of a rule; after one of a Rule field, those of its expression. It ends: `expand` refuses cycles."""
    for written in terms(rule):
        term = replace(written, field=replace(written.field, through=through))
        column = resolve(term.field, fields)
        actual = _actual(term, record, fields, context)
        yield Clause(
            print_rule(term), actual, evaluate_rule(term, record, fields, context), canonical_name(term.field, fields), through
        )
        if column.field.rule is not None:
            yield from _clauses(column.field.rule, record, fields, context, column.field.name)


def _actual(term: Term, record: object, fields: Fields, context: RuleContext) -> Any:  # Any: whatever the field holds
    column = resolve(term.field, fields)
    if column.field.kind == "rule":
        return evaluate_rule(_is_true(term.field), record, fields, context)
    return value_of(column, record)


def _is_true(path: FieldPath) -> Rule:
    return Comparison(path, "=", LiteralValue(("true",), path.at))
