"""A comparison and its column → conditions: texts become typed values, days become ranges."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from crm.rules.comparisons.anniversaries import in_year
from crm.rules.comparisons.buckets import in_bucket
from crm.rules.comparisons.options import shared_label, unknown_option, values_labelled, values_named
from crm.rules.comparisons.values import (
    listed_options,
    mismatch,
    no_empty_text,
    normalization_for,
    normalized,
    read_boolean,
    read_day,
    read_number,
    read_text,
    written_ids,
)
from crm.rules.conditions import (
    Condition,
    Conjunction,
    Disjunction,
    EqualsAny,
    IsMissing,
    LikePattern,
    Negation,
    Normalization,
    Order,
    OrderComparison,
)
from crm.rules.context import RuleContext
from crm.rules.digits import has_digits, is_number
from crm.rules.errors import RuleError
from crm.rules.moments import read_moment
from crm.rules.patterns import is_like
from crm.rules.resolving import ORDERED, TEXTS, ResolvedColumn, RuleField
from crm.rules.tree import Between, InList, LiteralValue, NullCheck, Operator, Term

RECORD_ID = re.compile(r"[A-Za-z0-9._:*-]{1,200}")  # or a part of one, with wildcards
OPEN_ENDED = {"starts with", "ends with"}
ORDERS: dict[Operator, Order] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def bind_term(term: Term, column: ResolvedColumn, context: RuleContext) -> Condition:
    if term.field.buckets:
        return in_bucket(term, column)
    if isinstance(term, NullCheck):
        return Negation(IsMissing(column)) if term.present else IsMissing(column)
    if term.field.yearly:
        return in_year(term, column, context)
    if isinstance(term, Between):
        return Conjunction((compare(column, ">=", term.low, context), compare(column, "<=", term.high, context)))
    if isinstance(term, InList):
        return _one_of(column, term.values, context)
    return compare(column, term.operator, term.value, context)


def compare(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    """The condition of one operator and one value. `<>` is the negation of `=`, so it is true where there is no value."""
    if operator == "<>":
        return Negation(compare(column, "=", value, context))
    if operator in OPEN_ENDED:
        return compare(column, "=", _open_ended(column.field, operator, value), context)
    kind = column.field.kind
    if kind == "other":
        raise RuleError(_("“%s” can only be asked for being there: “is null” or “is not null”.") % column.field.name, value.at)
    if kind == "choices":
        return _has_option(column, operator, value, context)
    if kind == "relation":
        return _record(column, operator, value, context)
    if kind == "score" and value.text.startswith("{"):
        raise mismatch(column.field, value, _("the key that is shown of its scores"))
    if kind in TEXTS:
        return _text(column, operator, value, context) if column.field.names is None else _named(column, operator, value, context)
    if operator == "contains":
        raise RuleError(_("“%s” holds no text, so it cannot contain any.") % column.field.name, value.at)
    if value.has_wildcard:
        raise RuleError(_("Invalid filter: “%s” holds no text, so it takes no wildcard.") % column.field.name, value.at)
    if kind == "datetime":
        return _instant(column, operator, read_moment(value.text, context.clock, value.at), context)
    return _typed(column, operator, value, context)


def _open_ended(field: RuleField, operator: Operator, value: LiteralValue) -> LiteralValue:
    """The value with a wildcard at the end that `operator` leaves open. Raises RuleError."""
    if field.kind not in TEXTS:
        raise RuleError(_("“%s” holds no text, which could start or end with any.") % field.name, value.at)
    if value.parts == ("",):
        raise no_empty_text(field, value)
    return replace(value, parts=(*value.parts, "") if operator == "starts with" else ("", *value.parts))


def _record(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    """Another record is compared by its id or by what is shown of it, whichever the value is."""
    by_id = _text(column, operator, value, context)
    if column.shown is None:
        return by_id
    try:
        return Disjunction((by_id, compare(column.shown, operator, value, context)))
    except RuleError:
        if RECORD_ID.fullmatch(value.text):
            return by_id
        raise


def _named(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    """A value that people know by a name is compared by either."""
    if operator in ORDERS:
        raise RuleError(_("“%s” is a person, neither more nor less.") % column.field.name, value.at)
    stored = _text(column, operator, value, context)
    normalization: Normalization = "plain" if context.exact else "folded"
    parts = read_text(column.field, value, normalization)
    wanted = ("", *parts, "") if operator == "contains" else parts
    known = column.field.names() if column.field.names else ()
    ids = tuple(each for each, names in known if any(is_like(normalized(name, normalization), wanted) for name in names))
    return Disjunction((stored, EqualsAny(column, ids))) if ids else stored


def _typed(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    field = column.field
    if operator != "=" and field.kind not in ORDERED:
        raise RuleError(_("“%s” is either true or false, neither more nor less.") % field.name, value.at)
    if field.kind == "boolean":
        return EqualsAny(column, (read_boolean(field, value),))
    read = read_day(field, value, context) if field.kind == "date" else read_number(field, value)
    return EqualsAny(column, (read,)) if operator == "=" else OrderComparison(column, ORDERS[operator], read)


def _instant(column: ResolvedColumn, operator: Operator, value: object, context: RuleContext) -> Condition:
    """A day stands for all its instants: after it means from the next day on."""
    if isinstance(value, datetime):
        return EqualsAny(column, (value,)) if operator == "=" else OrderComparison(column, ORDERS[operator], value)
    start, end = context.clock.day_range(value)  # type: ignore[arg-type]  # what is no instant is a day
    if operator == "=":
        return Conjunction((OrderComparison(column, ">=", start), OrderComparison(column, "<", end)))
    return OrderComparison(column, "<" if operator in {"<", "<="} else ">=", end if operator in {"<=", ">"} else start)


def _text(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    normalization = normalization_for(column.field.kind, operator, context, wildcard=value.has_wildcard)
    if operator in {"=", "contains"} and column.field.options:
        return _choice(column, operator, value, normalization, context)
    if operator in {"=", "contains"}:
        return _same_text(column, operator, value, normalization, context)
    parts = read_text(column.field, value, normalization)
    if value.has_wildcard:
        raise mismatch(column.field, value, _("a text without wildcards"))
    if column.field.kind == "relation":
        raise RuleError(_("“%s” is another record, neither more nor less.") % column.field.name, value.at)
    return OrderComparison(column, ORDERS[operator], parts[0], normalization)


def _same_text(
    column: ResolvedColumn, operator: Operator, value: LiteralValue, normalization: Normalization, context: RuleContext
) -> Condition:
    """A number is compared by its digits alone, a document with letters as it is written too."""
    if context.exact or not column.field.by_digits or not has_digits(value.text.replace("*", "")):
        return _like(column, operator, value, normalization)
    by_digits = _by_digits(column, operator, value)
    return (
        by_digits
        if is_number(value.text.replace("*", ""))
        else Disjunction((_like(column, operator, value, normalization), by_digits))
    )


def _by_digits(column: ResolvedColumn, operator: Operator, value: LiteralValue) -> Condition:
    """Phones also without the country code, and with the zero before a number as it is dialled at home: `(011) 3333-4444`."""
    first, *rest = read_text(column.field, value, "digits")
    code = column.field.country_code
    if not code or not first.strip("0"):
        return _like(column, operator, value, "digits")
    at_home = first.lstrip("0")
    if operator == "contains":
        either = dict.fromkeys((first, at_home))
        return Disjunction(tuple(LikePattern(column, ("", each, *rest, ""), "digits") for each in either))
    spelled = tuple(dict.fromkeys((first, code + first, code + at_home)))
    if not value.has_wildcard:
        return EqualsAny(column, spelled, "digits")
    return Disjunction(tuple(LikePattern(column, (each, *rest), "digits") for each in spelled))


def _like(column: ResolvedColumn, operator: Operator, value: LiteralValue, normalization: Normalization) -> Condition:
    if column.field.kind in {"id", "relation"} and operator == "=":
        return _same_id(column, value)
    parts = read_text(column.field, value, normalization)
    if operator == "contains":
        return LikePattern(column, ("", *parts, ""), normalization)
    return LikePattern(column, parts, normalization) if value.has_wildcard else EqualsAny(column, parts, normalization)


def _same_id(column: ResolvedColumn, value: LiteralValue) -> Condition:
    """Ids are stored in lower case and mostly without the acronym that may stand before them; some are stored with it."""
    written = written_ids(column.field, value)
    if not value.has_wildcard:
        return EqualsAny(column, tuple(parts[0] for parts in written), "plain")
    patterns = [LikePattern(column, parts, "plain") for parts in written]
    return Disjunction(tuple(patterns)) if len(patterns) > 1 else patterns[0]


def _choice(
    column: ResolvedColumn, operator: Operator, value: LiteralValue, normalization: Normalization, context: RuleContext
) -> Condition:
    """An option is known by its stored value and by its labels, a part of one too."""
    if operator == "=" and not value.has_wildcard:
        return _option(column, value, value.text, normalization, context, lambda text: _equals(column, text, normalization))
    stored = _like(column, operator, value, normalization)
    parts = read_text(column.field, value, normalization)
    wanted = ("", *parts, "") if operator == "contains" else parts
    labelled = values_labelled(column.field, wanted, normalization)
    if labelled:
        values = tuple(normalized(each, normalization) for each in labelled)
        return Disjunction((stored, EqualsAny(column, values, normalization)))
    is_known = any(is_like(normalized(option.value, normalization), wanted) for option in column.field.options)
    if not is_known and context.is_held and not context.is_held(stored):
        raise unknown_option(column.field, value.text, value.at)
    return stored


def _equals(column: ResolvedColumn, text: str, normalization: Normalization) -> Condition:
    return EqualsAny(column, (normalized(text, normalization),), normalization)


def _option(
    column: ResolvedColumn,
    value: LiteralValue,
    text: str,
    normalization: Normalization,
    context: RuleContext,
    compared: Callable[[str], Condition],
) -> Condition:
    """The condition of the one option that `text` of the value means. Raises RuleError for none or several in a new rule."""
    found = values_named(column.field, text, normalization)
    if len(found) == 1:
        return compared(found[0])
    as_written = compared(text)
    if column.field.options and context.is_held:
        if found:
            raise shared_label(column.field, text, found, value.at)
        if not context.is_held(as_written):
            raise unknown_option(column.field, text, value.at)
    return as_written


def _has_option(column: ResolvedColumn, operator: Operator, value: LiteralValue, context: RuleContext) -> Condition:
    """`=` and `contains` mean the same: one of the options is exactly this one, or each of these as a worksheet lists them."""
    if operator not in {"=", "contains"}:
        raise RuleError(_("“%s” holds options, neither more nor less.") % column.field.name, value.at)
    if value.has_wildcard:
        raise mismatch(column.field, value, _("a whole option"))
    normalization: Normalization = "plain" if context.exact else "folded"

    def has(text: str) -> Condition:
        return LikePattern(column, ("", f"\n{normalized(text, normalization)}\n", ""), normalization)

    is_known = bool(values_named(column.field, value.text, normalization))
    listed = [] if is_known else listed_options(value.text)
    if not listed:
        return _option(column, value, value.text, normalization, context, has)
    each = [_option(column, value, text, normalization, context, has) for text in listed]
    return Disjunction((has(value.text), Conjunction(tuple(each))))


def _one_of(column: ResolvedColumn, values: tuple[LiteralValue, ...], context: RuleContext) -> Condition:
    """Values of one normalization become one predicate."""
    compared = [compare(column, "=", value, context) for value in values]
    grouped: dict[Normalization, dict[object, None]] = {}
    for one in compared:
        if isinstance(one, EqualsAny):
            grouped.setdefault(one.normalization, {}).update(dict.fromkeys(one.values))
    conditions: list[Condition] = [EqualsAny(column, tuple(found), normalization) for normalization, found in grouped.items()]
    conditions += [one for one in compared if not isinstance(one, EqualsAny)]
    return conditions[0] if len(conditions) == 1 else Disjunction(tuple(conditions))
