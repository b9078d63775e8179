"""Tree and fields → conditions: names become columns, comparisons become predicates."""

from dataclasses import replace

from django.utils.translation import gettext as _

from crm.rules.comparisons.comparing import bind_term
from crm.rules.conditions import (
    MEASURE,
    ChosenRecords,
    ComputedRecords,
    Condition,
    Conjunction,
    Disjunction,
    HasRecords,
    Negation,
    Related,
)
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.resolving import BackReference, Fields, Kind, ResolvedColumn, RuleField, find_reference, key_of, resolve
from crm.rules.tree import AllOf, AnyOf, FieldPath, Function, NotRule, RelatedTest, Rule

NUMBERS: set[Kind] = {"integer", "decimal"}
COMPUTABLE: dict[Function, set[Kind]] = {
    "sum": NUMBERS,
    "avg": NUMBERS,
    "min": {*NUMBERS, "date", "datetime"},
    "max": {*NUMBERS, "date", "datetime"},
}


def bind(rule: Rule, fields: Fields, context: RuleContext) -> Condition:
    """The conditions of a rule whose Rule fields are expanded already. Raises RuleError."""
    if isinstance(rule, AllOf):
        return Conjunction(tuple(bind(part, fields, context) for part in rule.rules))
    if isinstance(rule, AnyOf):
        return Disjunction(tuple(bind(part, fields, context) for part in rule.rules))
    if isinstance(rule, NotRule):
        return Negation(bind(rule.rule, fields, context))
    if isinstance(rule, RelatedTest):
        return _related(rule, fields, context)
    stored = bool(rule.field.through)  # the expression of a Rule field
    return bind_term(rule, resolve(rule.field, fields), replace(context, is_held=None) if stored else context)


def _related(test: RelatedTest, fields: Fields, context: RuleContext) -> Related:
    reference = find_reference(test.records, fields)
    records = _chosen(test, reference, context)
    if test.test is None:
        return HasRecords(records)
    of = _computed_column(test, reference) if test.of else None
    measure = RuleField(test.function, _kind(test, of), nullable=test.function in {"min", "max", "avg"})
    compared = bind_term(test.test, ResolvedColumn(measure, MEASURE, (MEASURE,)), context)
    return ComputedRecords(test.function, records, of, compared)


def _chosen(test: RelatedTest, reference: BackReference, context: RuleContext) -> ChosenRecords:
    key, where = key_of(test.records), test.records.where
    inner = _over_related(context, ChosenRecords(reference, key, None))
    return ChosenRecords(reference, key, bind(where, reference.fields(), inner) if where else None)


def _over_related(context: RuleContext, records: ChosenRecords) -> RuleContext:
    """The context of what those records are chosen by: a value is held if one of them holds it."""
    is_held = context.is_held
    if is_held is None:
        return context
    return replace(context, is_held=lambda condition: is_held(HasRecords(replace(records, where=condition))))


def _computed_column(test: RelatedTest, reference: BackReference) -> ResolvedColumn:
    """The column that is computed of. Raises RuleError."""
    column = resolve(FieldPath(test.of, at=test.at, through=test.records.through), reference.fields())
    if column.field.kind not in COMPUTABLE[test.function]:
        words = {"function": test.function, "name": column.field.name}
        raise RuleError(_("“%(function)s” cannot be computed of “%(name)s”.") % words, test.at)
    return column


def _kind(test: RelatedTest, of: ResolvedColumn | None) -> Kind:
    if of is None:
        return "integer"
    return of.field.kind if test.function in {"min", "max"} else "decimal"
