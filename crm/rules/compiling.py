"""Tree → `Q`, for any queryset of a model whose columns are named as the fields.

The SQL is two-valued, never NULL: NOT is pushed down to the predicates, each of which tests for a missing value itself. So the
`Q` may be negated, used in `exclude` or selected as a column. The test for NULL also lets SQLite use the unique index of e-mails.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Func,
    Lookup,
    Q,
    TextField,
    Value,
)
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual

from crm.rules.binding import bind
from crm.rules.conditions import Condition, Conjunction, Disjunction, EqualsAny, IsMissing, LikePattern, Negation, OrderComparison
from crm.rules.context import RuleContext
from crm.rules.expanding import expand
from crm.rules.expressions import ByteOrder, Matches, normalized_text, value_of
from crm.rules.resolving import Fields
from crm.rules.tree import Rule

ORDERS: dict[str, type[Lookup]] = {"<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}
OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
# A bool is an int and a datetime a date, so they come first.
COLUMNS = (
    (bool, BooleanField()),
    (int, BigIntegerField()),
    (Decimal, DecimalField()),
    (datetime, DateTimeField()),
    (date, DateField()),
    (str, TextField()),
)


def compile_rule(rule: Rule, fields: Fields, context: RuleContext) -> Q:
    """The condition of a rule. Raises RuleError."""
    return to_q(bind(expand(rule, fields), fields, context))


def to_q(condition: Condition, *, where: bool = True) -> Q:
    """Records where the condition has this value: true, or false."""
    if isinstance(condition, Negation):
        return to_q(condition.condition, where=not where)
    if isinstance(condition, Conjunction | Disjunction):
        parts = [to_q(part, where=where) for part in condition.conditions]
        return _joined(parts, Q.AND if isinstance(condition, Conjunction) is where else Q.OR)
    if isinstance(condition, IsMissing):
        return Q(IsNull(value_of(condition.column), where))
    return _where_true(condition) if where else _where_false(condition)


def _joined(parts: list[Q], connector: str) -> Q:
    """One flat `Q` without repetitions: several comparisons of a column share one test for NULL."""
    children: list[object] = []
    for part in parts:
        alike = not part.negated and (part.connector == connector or len(part.children) == 1)
        children += part.children if alike else [part]
    return Q(*dict.fromkeys(children), _connector=connector)


def _where_true(predicate: EqualsAny | OrderComparison | LikePattern) -> Q:
    """Tests for a value too: false instead of NULL where there is none, so that the `Q` may be negated."""
    compared = _comparison(predicate)
    present = Q(IsNull(value_of(predicate.column), False))
    return _joined([present, compared], Q.AND) if predicate.column.nullable else compared


def _where_false(predicate: EqualsAny | OrderComparison | LikePattern) -> Q:
    """Where there is no value, or another one."""
    other = (
        Q(_ordered(predicate, OPPOSITES[predicate.order])) if isinstance(predicate, OrderComparison) else ~_comparison(predicate)
    )
    missing = Q(IsNull(value_of(predicate.column), True))
    return _joined([missing, other], Q.OR) if predicate.column.nullable else other


def _comparison(predicate: EqualsAny | OrderComparison | LikePattern) -> Q:
    if isinstance(predicate, OrderComparison):
        return Q(_ordered(predicate, predicate.order))
    text = normalized_text(predicate.normalization, predicate.column)
    return _one_of(text, predicate.values) if isinstance(predicate, EqualsAny) else Q(Matches(text, predicate.parts))


def _one_of(expression: F | Func, values: tuple[object, ...]) -> Q:
    if len(values) > 1 and all(isinstance(value, str) for value in values):
        return Q(In(expression, values))
    return Q(*(Q(Exact(expression, _parameter(value))) for value in values), _connector=Q.OR)


def _ordered(predicate: OrderComparison, order: str) -> Lookup:
    expression = normalized_text(predicate.normalization, predicate.column)
    ordered = ByteOrder(expression) if isinstance(predicate.value, str) else expression
    return ORDERS[order](ordered, _parameter(predicate.value))


def _parameter(value: object) -> Value:
    """A parameter of the value's own type, whatever the column's: 1.5 stays 1.5 beside a whole number."""
    column = next(column for kind, column in COLUMNS if isinstance(value, kind))
    return Value(value, output_field=column)
