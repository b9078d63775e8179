"""Tree → `Q`, for any queryset of a model whose columns are named as the fields.

The SQL is two-valued, never NULL: NOT is pushed down to the predicates, each of which tests for a missing value itself. So the
`Q` may be negated, used in `exclude` or selected as a column. The test for NULL also lets SQLite use the unique index of e-mails.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_

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
from crm.rules.conditions import (
    MEASURE,
    Compared,
    ComputedRecords,
    Condition,
    Conjunction,
    Disjunction,
    EqualsAny,
    HasRecords,
    InBucket,
    InYear,
    IsMissing,
    Negation,
    OrderComparison,
    Related,
)
from crm.rules.context import RuleContext
from crm.rules.evaluating import evaluate
from crm.rules.expanding import expand
from crm.rules.expressions import BucketOf, ByteOrder, DayInYear, Matches, normalized_text, value_of
from crm.rules.related.computing import computed
from crm.rules.related.queries import among, with_measure
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

NO_BUCKET = -1


def compile_rule(rule: Rule, fields: Fields, context: RuleContext, *, as_column: bool = False) -> Q:
    """The condition of a rule: a filter over all records, or a column of those that a page shows, which asks for each of
    them by itself what it has of related records. Raises RuleError.
    """
    return to_q(bind(expand(rule, fields), fields, context), as_column=as_column)


def to_q(condition: Condition, *, where: bool = True, as_column: bool = False) -> Q:
    """Records where the condition has this value: true, or false."""
    if isinstance(condition, Negation):
        return to_q(condition.condition, where=not where, as_column=as_column)
    if isinstance(condition, Conjunction | Disjunction):
        parts = [to_q(part, where=where, as_column=as_column) for part in condition.conditions]
        return _joined(parts, Q.AND if isinstance(condition, Conjunction) is where else Q.OR)
    if isinstance(condition, HasRecords | ComputedRecords):
        return _related(condition, where=where, as_column=as_column)
    if isinstance(condition, IsMissing):
        return Q(IsNull(value_of(condition.column), where))
    return _where_true(condition) if where else _where_false(condition)


def _related(condition: Related, *, where: bool, as_column: bool) -> Q:
    """Ids of the records that are related to some that meet the condition; where none meet it too, of those that do not."""
    records, holds_of_none = condition.records, False
    chosen = records.reference.records().order_by()
    if records.where:
        chosen = chosen.filter(to_q(records.where, as_column=as_column))
    if isinstance(condition, ComputedRecords):
        holds_of_none = evaluate(condition.test, {MEASURE: computed(condition.function, ())})
        chosen = with_measure(chosen, condition).filter(to_q(condition.test, where=not holds_of_none))
    wanted, found = where is not holds_of_none, Q(among(records, chosen, as_column=as_column))
    if records.key == "id":
        return found if wanted else ~found
    is_there = Q(IsNull(F(records.key), False))  # SQLite's NULL IN (…) is NULL
    return (is_there & found) if wanted else (~is_there | ~found)


def _joined(parts: list[Q], connector: str) -> Q:
    """One flat `Q` without repetitions: several comparisons of a column share one test for NULL."""
    children: list[object] = []
    for part in parts:
        alike = not part.negated and (part.connector == connector or len(part.children) == 1)
        children += part.children if alike else [part]
    return Q(*dict.fromkeys(children), _connector=connector)


def _where_true(predicate: Compared) -> Q:
    """Tests for a value too: false instead of NULL where there is none, so that the `Q` may be negated."""
    compared = _comparison(predicate)
    present = Q(IsNull(value_of(predicate.column), False))
    return _joined([present, compared], Q.AND) if predicate.column.nullable else compared


def _where_false(predicate: Compared) -> Q:
    """Where there is no value, or another one."""
    other = (
        Q(_ordered(predicate, OPPOSITES[predicate.order])) if isinstance(predicate, OrderComparison) else ~_comparison(predicate)
    )
    missing = Q(IsNull(value_of(predicate.column), True))
    return _joined([missing, other], Q.OR) if predicate.column.nullable else other


def _comparison(predicate: Compared) -> Q:
    if isinstance(predicate, OrderComparison):
        return Q(_ordered(predicate, predicate.order))
    if isinstance(predicate, InYear):
        return _in_year(predicate)
    if isinstance(predicate, InBucket):
        bucket = BucketOf(value_of(predicate.column), predicate.buckets)
        return Q(In(bucket, predicate.meant or (NO_BUCKET,)))
    text = normalized_text(predicate.normalization, predicate.column)
    return _one_of(text, predicate.values) if isinstance(predicate, EqualsAny) else Q(Matches(text, predicate.parts))


def _in_year(predicate: InYear) -> Q:
    is_moment = predicate.column.field.kind == "datetime"
    day = DayInYear(value_of(predicate.column), predicate.zone if is_moment else None)
    ranges = (Q(GreaterThanOrEqual(day, low)) & Q(LessThanOrEqual(day, high)) for low, high in predicate.ranges)
    return reduce(or_, ranges, Q()) or Q(Exact(day, 0))


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
