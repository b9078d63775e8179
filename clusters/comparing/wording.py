"""Comparisons as pages show them: numbers as bars, values in the reader's words, addresses of the people meant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clusters.comparing.overlaps import Pair
from clusters.comparing.profile import FieldProfile, Profile, ProfileValue
from clusters.comparing.quartiles import Three
from clusters.models import Cluster
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition

TELLING = 1.25  # from this lift on a value is pointed out


@dataclass(frozen=True)
class OverlapRow:
    """`people` leads to those in both; `union` and `difference` begin a cluster of those in either, or in the first alone."""

    pair: Pair
    people: str
    union: str
    difference: str

    @property
    def percent_of_one(self) -> float:
        return 100 * self.pair.share_of_one

    @property
    def percent_of_other(self) -> float:
        return 100 * self.pair.share_of_other


@dataclass(frozen=True)
class ValueRow:
    label: str
    members: int
    percent: float
    percent_of_all: float
    lift: float | None
    is_telling: bool


@dataclass(frozen=True)
class ProfileTable:
    field: FieldDefinition
    percent_filled: float
    rows: list[ValueRow]
    others: int
    quartiles: str
    member_quartiles: str


def overlap_rows(pairs: Iterable[Pair]) -> list[OverlapRow]:
    return [_overlap_row(pair) for pair in pairs]


def profile_tables(profile: Profile) -> list[ProfileTable]:
    return [_table(one) for one in profile.fields]


def _overlap_row(pair: Pair) -> OverlapRow:
    one, other = pair.one, pair.other
    words = {"one": one.label, "other": other.label}
    people = f"/crm/{one.entity}/?{urlencode([('_in', one.name), ('_in', other.name)])}"
    union = _draft(one, _("%(one)s or %(other)s") % words, f"{one.rule} OR {other.rule}")
    difference = _draft(one, _("%(one)s without %(other)s") % words, f"{one.rule} AND NOT {other.rule}")
    return OverlapRow(pair, people, union, difference)


def _draft(cluster: Cluster, label: str, rule: str) -> str:
    return f"{reverse('cluster-new')}?{urlencode({'label': label, 'rule': rule, 'entity': cluster.entity})}"


def _table(one: FieldProfile) -> ProfileTable:
    return ProfileTable(
        one.field,
        100 * one.filled,
        list(_rows(one)),
        one.others,
        _three(one.field, one.quartiles),
        _three(one.field, one.member_quartiles),
    )


def _rows(one: FieldProfile) -> Iterator[ValueRow]:
    for value in one.values:
        is_telling = value.lift is not None and value.lift >= TELLING
        yield ValueRow(
            _label(one.field, value), value.members, 100 * value.share, 100 * value.share_of_all, value.lift, is_telling
        )


def _label(field: FieldDefinition, value: ProfileValue) -> str:
    if not value.is_band:
        return _shown(field, value.value)
    words = {"low": _shown(field, value.value), "high": _shown(field, value.high)}
    if value.value is None:
        return _("up to %(high)s") % words
    return (_("above %(low)s") if value.high is None else _("%(low)s to %(high)s")) % words


def _shown(field: FieldDefinition, value: Any) -> str:  # Any: a typed value
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(fieldtypes.get(field.type).display(value, field))


def _three(field: FieldDefinition, three: Three | None) -> str:
    return " · ".join(_shown(field, value) for value in three) if three else ""
