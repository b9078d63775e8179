"""Tree and fields → conditions: names become columns, words become values, days become ranges."""

from datetime import datetime

from django.utils.translation import gettext as _

from crm.rules.conditions import Condition, Equal, Every, Form, Like, Missing, Opposite, Order, Ordered, Some
from crm.rules.digits import has_digits, is_number
from crm.rules.errors import RuleError
from crm.rules.meaning import Meaning
from crm.rules.moments import read_moment
from crm.rules.resolving import ORDERED, TEXTS, Column, Fields, resolve
from crm.rules.tree import All, Any, Between, Literal, Not, Operator, Presence, Rule, Term, Within
from crm.rules.values import form_of, in_form, mismatch, read_boolean, read_day, read_number, read_text

ORDERS: dict[Operator, Order] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def bind(rule: Rule, fields: Fields, meaning: Meaning) -> Condition:
    """The conditions of a rule whose Rule fields are written out already. Raises RuleError."""
    if isinstance(rule, All):
        return Every(tuple(bind(part, fields, meaning) for part in rule.rules))
    if isinstance(rule, Any):
        return Some(tuple(bind(part, fields, meaning) for part in rule.rules))
    if isinstance(rule, Not):
        return Opposite(bind(rule.rule, fields, meaning))
    return bind_term(rule, resolve(rule.field, fields), meaning)


def bind_term(term: Term, column: Column, meaning: Meaning) -> Condition:
    if isinstance(term, Presence):
        return Opposite(Missing(column)) if term.present else Missing(column)
    if isinstance(term, Between):
        return Every((compare(column, ">=", term.low, meaning), compare(column, "<=", term.high, meaning)))
    if isinstance(term, Within):
        return _one_of(column, term.values, meaning)
    return compare(column, term.operator, term.value, meaning)


def compare(column: Column, operator: Operator, value: Literal, meaning: Meaning) -> Condition:
    """The condition of one operator and one value. `<>` is the opposite of `=`, so it holds where there is no value."""
    if operator == "<>":
        return Opposite(compare(column, "=", value, meaning))
    kind = column.field.kind
    if kind == "other":
        raise RuleError(_("“%s” can only be asked for being there: “is null” or “is not null”.") % column.field.name, value.at)
    if kind == "choices":
        return _has_option(column, operator, value, meaning)
    if kind in TEXTS:
        return _text(column, operator, value, meaning)
    if operator == "contains":
        raise RuleError(_("“%s” holds no text, so it cannot contain any.") % column.field.name, value.at)
    if value.has_wildcard:
        raise RuleError(_("Invalid filter: “%s” holds no text, so it takes no wildcard.") % column.field.name, value.at)
    if kind == "datetime":
        return _instant(column, operator, read_moment(value.text, meaning.clock, value.at), meaning)
    return _typed(column, operator, value, meaning)


def _typed(column: Column, operator: Operator, value: Literal, meaning: Meaning) -> Condition:
    field = column.field
    if operator != "=" and field.kind not in ORDERED:
        raise RuleError(_("“%s” is either true or false, neither more nor less.") % field.name, value.at)
    if field.kind == "boolean":
        return Equal(column, (read_boolean(field, value),))
    read = read_day(field, value, meaning) if field.kind == "date" else read_number(field, value)
    return Equal(column, (read,)) if operator == "=" else Ordered(column, ORDERS[operator], read)


def _instant(column: Column, operator: Operator, value: object, meaning: Meaning) -> Condition:
    """A day is all of its instants: after it means from the next day on."""
    if isinstance(value, datetime):
        return Equal(column, (value,)) if operator == "=" else Ordered(column, ORDERS[operator], value)
    start, end = meaning.clock.whole(value)  # type: ignore[arg-type]  # what is no instant is a day
    if operator == "=":
        return Every((Ordered(column, ">=", start), Ordered(column, "<", end)))
    return Ordered(column, "<" if operator in {"<", "<="} else ">=", end if operator in {"<=", ">"} else start)


def _text(column: Column, operator: Operator, value: Literal, meaning: Meaning) -> Condition:
    form = form_of(column.field.kind, operator, meaning, wildcard=value.has_wildcard)
    if operator in {"=", "contains"}:
        return _same_text(column, operator, value, form, meaning)
    parts = read_text(column.field, value, form)
    if value.has_wildcard:
        raise mismatch(column.field, value, _("a text without wildcards"))
    if column.field.kind == "relation":
        raise RuleError(_("“%s” is another record, neither more nor less.") % column.field.name, value.at)
    return Ordered(column, ORDERS[operator], parts[0], form)


def _same_text(column: Column, operator: Operator, value: Literal, form: Form, meaning: Meaning) -> Condition:
    """A number is found by its digits alone, a document with letters as it is written too."""
    if meaning.exact or not column.field.by_digits or not has_digits(value.text.replace("*", "")):
        return _like(column, operator, value, form)
    by_digits = _like(column, operator, value, "digits")
    return by_digits if is_number(value.text.replace("*", "")) else Some((_like(column, operator, value, form), by_digits))


def _like(column: Column, operator: Operator, value: Literal, form: Form) -> Condition:
    parts = read_text(column.field, value, form)
    if operator == "contains":
        return Like(column, ("", *parts, ""), form)
    return Like(column, parts, form) if value.has_wildcard else Equal(column, parts, form)


def _has_option(column: Column, operator: Operator, value: Literal, meaning: Meaning) -> Condition:
    """`=` and `contains` ask the same: whether one of the options is this one, all of it."""
    if operator not in {"=", "contains"}:
        raise RuleError(_("“%s” holds options, neither more nor less.") % column.field.name, value.at)
    if value.has_wildcard:
        raise mismatch(column.field, value, _("a whole option"))
    form: Form = "plain" if meaning.exact else "folded"
    return Like(column, ("", f"\n{in_form(value.text, form)}\n", ""), form)


def _one_of(column: Column, values: tuple[Literal, ...], meaning: Meaning) -> Condition:
    """Plain values of one form are asked for together."""
    each = [compare(column, "=", value, meaning) for value in values]
    together: dict[Form, dict[object, None]] = {}
    for one in each:
        if isinstance(one, Equal):
            together.setdefault(one.form, {}).update(dict.fromkeys(one.values))
    asked: list[Condition] = [Equal(column, tuple(found), form) for form, found in together.items()]
    asked += [one for one in each if not isinstance(one, Equal)]
    return asked[0] if len(asked) == 1 else Some(tuple(asked))
