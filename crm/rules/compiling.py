"""Tree → `Q`, for any query set of a model whose columns are named as the fields.

Every question has two answers in SQL too: NOT is pushed down to the questions, and there the missing value is named. So the
`Q` may be negated, excluded by or shown as a column. That a value is there also lets SQLite use the unique index of e-mails.
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
from crm.rules.conditions import Condition, Equal, Every, Like, Missing, Opposite, Ordered, Some
from crm.rules.expanding import expand
from crm.rules.expressions import ByteOrder, Matches, text_in, value_of
from crm.rules.meaning import Meaning
from crm.rules.resolving import Fields
from crm.rules.tree import Rule

ORDERS: dict[str, type[Lookup]] = {"<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}
CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
# A bool is an int and a datetime a date, so they come first.
COLUMNS = (
    (bool, BooleanField()),
    (int, BigIntegerField()),
    (Decimal, DecimalField()),
    (datetime, DateTimeField()),
    (date, DateField()),
    (str, TextField()),
)


def compile_rule(rule: Rule, fields: Fields, meaning: Meaning) -> Q:
    """The condition of a rule. Raises RuleError."""
    return to_q(bind(expand(rule, fields), fields, meaning))


def to_q(condition: Condition, *, holding: bool = True) -> Q:
    """Where the condition holds, or where it does not."""
    if isinstance(condition, Opposite):
        return to_q(condition.condition, holding=not holding)
    if isinstance(condition, Every | Some):
        parts = [to_q(part, holding=holding) for part in condition.conditions]
        return _joined(parts, Q.AND if isinstance(condition, Every) is holding else Q.OR)
    if isinstance(condition, Missing):
        return Q(IsNull(value_of(condition.column), holding))
    return _holding(condition) if holding else _failing(condition)


def _joined(parts: list[Q], connector: str) -> Q:
    """One flat `Q` that says nothing twice: that a value is there is said once for all comparisons of a column."""
    children: list[object] = []
    for part in parts:
        alike = not part.negated and (part.connector == connector or len(part.children) == 1)
        children += part.children if alike else [part]
    return Q(*dict.fromkeys(children), _connector=connector)


def _holding(question: Equal | Ordered | Like) -> Q:
    """Where there is a value, and the right one: false instead of null where there is none, if someone negates the `Q`."""
    found = _found(question)
    there = Q(IsNull(value_of(question.column), False))
    return _joined([there, found], Q.AND) if question.column.nullable else found


def _failing(question: Equal | Ordered | Like) -> Q:
    """Where there is no value, or another one."""
    other = Q(_ordered(question, CONTRARY[question.order])) if isinstance(question, Ordered) else ~_found(question)
    missing = Q(IsNull(value_of(question.column), True))
    return _joined([missing, other], Q.OR) if question.column.nullable else other


def _found(question: Equal | Ordered | Like) -> Q:
    if isinstance(question, Ordered):
        return Q(_ordered(question, question.order))
    text = text_in(question.form, question.column)
    return _one_of(text, question.values) if isinstance(question, Equal) else Q(Matches(text, question.parts))


def _one_of(expression: F | Func, values: tuple[object, ...]) -> Q:
    if len(values) > 1 and all(isinstance(value, str) for value in values):
        return Q(In(expression, values))
    return Q(*(Q(Exact(expression, _parameter(value))) for value in values), _connector=Q.OR)


def _ordered(question: Ordered, order: str) -> Lookup:
    expression = text_in(question.form, question.column)
    ordered = ByteOrder(expression) if isinstance(question.value, str) else expression
    return ORDERS[order](ordered, _parameter(question.value))


def _parameter(value: object) -> Value:
    """A parameter of the value's own type, whatever the column's: 1.5 stays 1.5 beside a whole number."""
    column = next(column for kind, column in COLUMNS if isinstance(value, kind))
    return Value(value, output_field=column)
