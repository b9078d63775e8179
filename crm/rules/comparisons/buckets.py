"""Buckets: stable parts of all records, alike but for chance, such as a control group. `bucket(10)=3` is a tenth of them.

A record's bucket is told by its id alone: it is the same in every rule and on every day.
"""

from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt, ne

from django.utils.translation import gettext as _

from crm.rules.comparisons.values import read_number
from crm.rules.conditions import Condition, InBucket
from crm.rules.errors import RuleError
from crm.rules.resolving import ResolvedColumn, RuleField
from crm.rules.tree import Between, Comparison, InList, LiteralValue, Term

BUCKET = RuleField("bucket", "integer")
ORDERS: dict[str, Callable[[int, int], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def in_bucket(term: Term, column: ResolvedColumn) -> Condition:
    """The condition of a comparison of a bucket. Raises RuleError."""
    return InBucket(column, term.field.buckets, tuple(_meant(term, range(term.field.buckets))))


def _meant(term: Term, buckets: range) -> Iterable[int]:
    if isinstance(term, Between):
        return buckets[_number(term.low, buckets) : _number(term.high, buckets) + 1]
    if isinstance(term, InList):
        return sorted({_number(value, buckets) for value in term.values})
    if isinstance(term, Comparison) and term.operator in ORDERS:
        value = _number(term.value, buckets)
        return [bucket for bucket in buckets if ORDERS[term.operator](bucket, value)]
    raise RuleError(_("A bucket is a number: ask for it by “=”, “in”, “between”, “<” or “>”."), term.field.at)


def _number(value: LiteralValue, buckets: range) -> int:
    """Raises RuleError for none of the buckets: who counts from 1 would miss the first, and never see it."""
    read = read_number(BUCKET, value)
    if read not in buckets:
        words = {"count": len(buckets), "last": buckets[-1]}
        raise RuleError(_("The buckets of bucket(%(count)s) are 0 to %(last)s.") % words, value.at)
    return int(read)
