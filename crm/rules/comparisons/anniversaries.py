"""Anniversaries: days of any year, such as the birthdays of next week. 29 February is 1 March in years that have none."""

import calendar
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from crm.rules.comparisons.values import read_day
from crm.rules.conditions import Condition, Disjunction, InYear, Negation
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.resolving import ResolvedColumn
from crm.rules.tree import Between, Comparison, InList, LiteralValue, Term

ALL_YEAR = ((101, 1231),)
LEAP_DAY, DAY_AFTER = 229, 301


def in_year(term: Term, column: ResolvedColumn, context: RuleContext) -> Condition:
    """The condition of a comparison of an anniversary. Raises RuleError."""
    if column.field.kind not in {"date", "datetime"}:
        raise RuleError(_("“%s” is no date, so it has no anniversary.") % column.field.name, term.field.at)
    if isinstance(term, Comparison) and term.operator == "<>":
        return Negation(in_year(replace(term, operator="="), column, context))
    found = tuple(_condition(low, high, column, context) for low, high in _spans(term))
    return found[0] if len(found) == 1 else Disjunction(found)


def yearly_ranges(first: date, last: date) -> tuple[tuple[int, int], ...]:
    """The anniversaries from one day to another, as ranges of `day_in_year`; none if they are in the wrong order."""
    if (last - first).days >= 365:
        return ALL_YEAR
    years = range(first.year, last.year + 1)
    return tuple(_range(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years) if first <= last else ()


def day_in_year(day: date) -> int:
    """A hundred times the month, and the day."""
    return day.month * 100 + day.day


def _range(first: date, last: date) -> tuple[int, int]:
    """Of days of one year."""
    low = day_in_year(first)
    has_leap_day = low == DAY_AFTER and not calendar.isleap(first.year)
    return (LEAP_DAY if has_leap_day else low), day_in_year(last)


def _spans(term: Term) -> Iterator[tuple[LiteralValue, LiteralValue]]:
    if isinstance(term, Between):
        yield term.low, term.high
    elif isinstance(term, InList):
        yield from ((value, value) for value in term.values)
    elif isinstance(term, Comparison) and term.operator == "=":
        yield term.value, term.value
    else:
        raise RuleError(_("An anniversary comes every year: ask for it by “=”, “in” or “between”."), term.field.at)


def _condition(low: LiteralValue, high: LiteralValue, column: ResolvedColumn, context: RuleContext) -> Condition:
    first, last = (read_day(column.field, value, context) for value in (low, high))
    return InYear(column, yearly_ranges(first, last), context.zone)
