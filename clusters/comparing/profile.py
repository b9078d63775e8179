"""What members are like: how often each value occurs among them, and among everybody."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import pi, sqrt
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import InvalidCluster
from clusters.comparing.grouping import Count4, in_groups, value_counts
from clusters.comparing.quartiles import Three, quartiles
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.record import Record

VALUED = {"boolean", "choice"}  # kinds of fields whose every value is shown
MEASURED = {"integer", "decimal", "date", "datetime"}
LONGEST_TEXT = 100  # characters that a text's type may have
SHOWN = 10  # values of a field, the most frequent among members
FIELDS = 10  # that differ most, unless some are named
TRIED = 2_000  # records that show whether a text has few values
FEW = 100  # different values among those
MEASURED_AT_ONCE = 50  # numbers and dates of one scan: each takes eight columns, and databases have 1,664 and 2,000


@dataclass(frozen=True)
class ProfileValue:
    """A value, or of a number or date the band from `value` to `high`, both included, and how many have it."""

    value: Any  # typed
    members: int
    everybody: int
    share: float  # of the members
    share_of_all: float
    lift: float | None  # the one ÷ the other; None where nobody has it
    high: Any = None
    is_band: bool = False


@dataclass(frozen=True)
class FieldProfile:
    """`filled`: share of the members who have a value; `difference`: from 0, members are as everybody, to nearly 1."""

    field: FieldDefinition
    filled: float
    filled_of_all: float
    values: list[ProfileValue]
    others: int  # members with a value that is not shown
    difference: float
    member_quartiles: Three | None = None
    quartiles: Three | None = None


@dataclass(frozen=True)
class Profile:
    cluster: Cluster
    members: int
    of: int
    fields: list[FieldProfile]
    at: datetime


def profile(cluster: Cluster, names: Sequence[str] = (), *, reader: Actor) -> Profile:
    """Of the named fields in that order, or of those that differ most. Raises InvalidCluster."""
    records, condition = _records(cluster)
    fields = [_profiled(cluster, name, reader=reader) for name in names] or _telling_fields(cluster, records, reader=reader)
    members, everybody = _sizes(records, condition)
    found = _of_values(records, condition, fields, members, everybody) + _of_measures(
        records, condition, fields, members, everybody
    )
    place = {field.name: number for number, field in enumerate(fields)}
    in_order = sorted(found, key=lambda one: place[one.field.name] if names else (-one.difference, place[one.field.name]))
    return Profile(cluster, members, everybody, in_order if names else _telling(in_order), timezone.now())


def _telling(fields: list[FieldProfile]) -> list[FieldProfile]:
    """Those in which members differ from everybody at all, unless there is none."""
    return [one for one in fields if one.difference][:FIELDS] or fields[:FIELDS]


def profiled_fields(cluster: Cluster, *, reader: Actor) -> list[FieldDefinition]:
    """Those that can be profiled and that the reader may read."""
    fields = current.entity(cluster.entity).visible_fields
    return [field for field in fields if _can_be_profiled(field) and may(reader, "read", cluster.entity, field.name)]


def _records(cluster: Cluster) -> tuple[QuerySet[Record], Q]:
    conditions = membership.conditions_of(cluster.entity, [cluster])
    if not conditions:
        raise InvalidCluster(_("The rule of “%s” cannot be evaluated.") % cluster.label)
    return current.models()[cluster.entity].objects.all(), conditions[cluster.name]


def _profiled(cluster: Cluster, name: str, *, reader: Actor) -> FieldDefinition:
    field = next((field for field in profiled_fields(cluster, reader=reader) if field.name == name), None)
    if field is None:
        words = {"field": name, "entity": cluster.entity}
        raise InvalidCluster(_("%(entity)s has no choice, yes/no, number, date or short text “%(field)s”.") % words)
    return field


def _can_be_profiled(field: FieldDefinition) -> bool:
    kind = fieldtypes.get(field.type)
    is_short = kind.kind == "text" and 0 < (getattr(kind, "longest", None) or 0) <= LONGEST_TEXT
    return bool(field.column) and not field.unique and (kind.kind in VALUED | MEASURED or is_short)


def _telling_fields(cluster: Cluster, records: QuerySet[Record], *, reader: Actor) -> list[FieldDefinition]:
    """Without the cluster's own field, and without texts that nearly everybody has another value of, such as names."""
    fields = [field for field in profiled_fields(cluster, reader=reader) if field.name != cluster.field]
    texts = [field.name for field in fields if fieldtypes.get(field.type).kind == "text"]
    tried = list(records.order_by().values_list(*texts)[:TRIED]) if texts else []
    many = {name for name, values in zip(texts, zip(*tried, strict=True), strict=False) if len(set(values)) > FEW}
    return [field for field in fields if field.name not in many]


def _sizes(records: QuerySet[Record], condition: Q) -> tuple[int, int]:
    numbers = records.aggregate(members=Count("pk", filter=condition), of=Count("pk"))
    return numbers["members"], numbers["of"]


def _of_values(
    records: QuerySet[Record], condition: Q, fields: Sequence[FieldDefinition], members: int, of: int
) -> list[FieldProfile]:
    valued = [field for field in fields if fieldtypes.get(field.type).kind not in MEASURED]
    counted: dict[str, list[Count4]] = defaultdict(list)
    for count in value_counts(records, condition, [field.name for field in valued]):
        counted[count[0]].append(count)
    return [_of_field(field, counted[field.name], members, of) for field in valued]


def _of_field(field: FieldDefinition, counts: Iterable[Count4], members: int, of: int) -> FieldProfile:
    values = [_value(value, n, all_n, members, of) for _name, value, n, all_n in counts if value not in {None, ""}]
    values.sort(key=lambda value: (-value.members, -value.everybody, str(value.value)))
    return _field_profile(field, values, members, of)


def _of_measures(
    records: QuerySet[Record], condition: Q, fields: Sequence[FieldDefinition], members: int, of: int
) -> list[FieldProfile]:
    measured = [field for field in fields if fieldtypes.get(field.type).kind in MEASURED]
    names = [field.name for field in measured]
    everybody, inside = quartiles(records, Q(), names), quartiles(records, condition, names)
    bands = {name: _bands(three) for name, three in everybody.items()}
    numbers: dict[tuple[str, int], tuple[int, int]] = {}
    for some in in_groups(list(bands), MEASURED_AT_ONCE):
        numbers |= _band_counts(records, condition, {name: bands[name] for name in some})
    found = []
    for field in measured:
        counts = [(low, high, *numbers[field.name, place]) for place, (low, high) in enumerate(bands[field.name])]
        values = [_value(low, n, all_n, members, of, high=high) for low, high, n, all_n in counts]
        one = _field_profile(field, values, members, of)
        found.append(replace(one, member_quartiles=inside[field.name], quartiles=everybody[field.name]))
    return found


def _bands(three: Three | None) -> list[tuple[Any, Any]]:
    """Four bands between the quartiles, fewer where some are the same: each ends with its upper one, the last is open."""
    ends = list(dict.fromkeys(three)) if three else []
    return list(zip([None, *ends], [*ends, None], strict=True)) if ends else []


def _band_counts(
    records: QuerySet[Record], condition: Q, bands: dict[str, list[tuple[Any, Any]]]
) -> dict[tuple[str, int], tuple[int, int]]:
    """Members and everybody by field and place of the band, in one scan."""
    places = [(name, place, _within(name, band)) for name, found in bands.items() for place, band in enumerate(found)]
    columns = {f"crm_n{number}": Count("pk", filter=within & condition) for number, (_n, _p, within) in enumerate(places)}
    columns |= {f"crm_of{number}": Count("pk", filter=within) for number, (_n, _p, within) in enumerate(places)}
    counted = records.aggregate(**columns) if columns else {}
    return {(name, place): (counted[f"crm_n{i}"], counted[f"crm_of{i}"]) for i, (name, place, _within) in enumerate(places)}


def _within(name: str, band: tuple[Any, Any]) -> Q:
    low, high = band
    above = Q() if low is None else Q(**{f"{name}__gt": low})
    return above & (Q(**{f"{name}__isnull": False}) if high is None else Q(**{f"{name}__lte": high}))


def _value(value: Any, members: int, everybody: int, of_members: int, of: int, **band: Any) -> ProfileValue:  # Any: typed values
    share, usual = (members / of_members if of_members else 0.0), (everybody / of if of else 0.0)
    return ProfileValue(value, members, everybody, share, usual, share / usual if usual else None, is_band=bool(band), **band)


def _field_profile(field: FieldDefinition, values: list[ProfileValue], members: int, of: int) -> FieldProfile:
    filled, everybody = sum(value.members for value in values), sum(value.everybody for value in values)
    shares = [(value.share, value.share_of_all) for value in values]
    shares.append((1 - filled / members if members else 0.0, 1 - everybody / of if of else 0.0))
    shown = values[:SHOWN]
    others = filled - sum(value.members for value in shown)
    return FieldProfile(
        field,
        filled / members if members else 0.0,
        everybody / of if of else 0.0,
        shown,
        others,
        _difference(shares, members) if members else 0.0,
    )


def _difference(shares: Sequence[tuple[float, float]], members: int) -> float:
    """The total variation distance of two distributions, less what as many members chosen by chance would show."""
    distance = sum(abs(inside - usual) for inside, usual in shares) / 2
    by_chance = sum(sqrt(2 * usual * max(0.0, 1 - usual) / (pi * members)) for _inside, usual in shares if usual > 0) / 2
    return max(0.0, distance - by_chance)
