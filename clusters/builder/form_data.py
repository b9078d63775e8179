"""Conditions ⇄ the inputs of a form, each named for its part and its place: `b-op-0.2` is of the root's third item."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder.conditions import WITHOUT_TEST, FormClause, Group, Item, Join, RelatedClause, RelatedFunction
from clusters.builder.offering import Offer, OfferedField, measured
from clusters.builder.operators import functions_of, machine_value, operators_of
from crm.rules.errors import RuleError
from crm.schema.definitions import FieldDefinition

MOST = 60  # conditions and groups
DEEPEST = 4
PLACE = re.compile(r"0(\.[0-9]{1,4})*")
JOINS: tuple[Join, ...] = ("all", "any", "none")


def is_posted(data: QueryDict) -> bool:
    return "b-join-0" in data


def read_groups(data: QueryDict, offer: Offer) -> Group:
    """Raises RuleError for more than a form shows."""
    places = [name.partition("-")[2].partition("-")[2] for name in data if name.startswith(("b-join-", "b-field-"))]
    places = [place for place in places if PLACE.fullmatch(place)]
    if len(places) > MOST or any(place.count(".") > DEEPEST for place in places):
        raise RuleError(_("So many conditions, or groups in groups, are written as a text."), 0)
    return _Form(data, sorted(places, key=_in_order)).group("0", offer)


def acted(group: Group, act: str, offer: Offer) -> Group:
    """After a button: `add:0.1:state` adds a condition there, `group:0` a group, `drop:0.2` takes an item out."""
    what, _colon, rest = act.partition(":")
    place, _colon, key = rest.partition(":")
    if not PLACE.fullmatch(place):
        return group
    path = [int(part) for part in place.split(".")[1:]]
    if what == "drop" and path:
        return _changed(group, path[:-1], offer, lambda owner, _offer: owner.replaced(path[-1], None))
    if what == "group":
        return _changed(group, path, offer, lambda owner, _offer: _extended(owner, Group("any")))
    if what == "add":
        return _changed(group, path, offer, lambda owner, inner: _extended(owner, _new_item(key, inner)))
    return group


def _new_item(key: str, offer: Offer) -> Item | None:
    if field := offer.fields.get(key):
        return FormClause(key, operators_of(field)[0])
    return RelatedClause(key) if offer.records(key) else None


def _extended(group: Group, item: Item | None) -> Group:
    return replace(group, items=(*group.items, item)) if item else group


def _changed(group: Group, path: list[int], offer: Offer, change: Callable[[Group, Offer], Group]) -> Group:
    """With the group at the path changed; as it was where none stands there."""
    if not path:
        return change(group, offer)
    first, *rest = path
    item = group.items[first] if first < len(group.items) else None
    if isinstance(item, Group):
        return group.replaced(first, _changed(item, rest, offer, change))
    if isinstance(item, RelatedClause) and (records := offer.records(item.records)):
        return group.replaced(first, replace(item, where=_changed(item.where, rest, records.offer(), change)))
    return group


def _in_order(place: str) -> list[int]:
    return [int(part) for part in place.split(".")]


@dataclass(frozen=True)
class _Form:
    """What was sent, and the places of groups and conditions in it."""

    data: QueryDict
    places: list[str]

    def group(self, place: str, offer: Offer) -> Group:
        join: Join = next((known for known in JOINS if known == self.data.get(f"b-join-{place}")), JOINS[0])
        inside = [other for other in self.places if other.startswith(f"{place}.") and "." not in other[len(place) + 1 :]]
        return Group(join, tuple(self._item(other, offer) for other in inside))

    def _item(self, place: str, offer: Offer) -> Item:
        if f"b-records-{place}" in self.data:
            return self._related(place, offer)
        if f"b-join-{place}" in self.data:
            return self.group(place, offer)
        name = self.data.get(f"b-field-{place}", "")
        field = offer.fields.get(name)
        if field is None:  # hidden since, or never there: without it the rule would say something else
            raise RuleError(_("There is no field “%s”.") % name, 0)
        return self._clause(place, field)

    def _related(self, place: str, offer: Offer) -> RelatedClause:
        key = self.data.get(f"b-records-{place}", "")
        records = offer.records(key)
        if records is None:
            raise RuleError(_("No records of “%s” refer to these.") % key, 0)
        inner, sent = records.offer(), self.data.get(f"b-function-{place}", "")
        function: RelatedFunction = next((each for each, _words in functions_of(records) if each == sent), "has")
        of = next((each for each in inner.computable(function) if each.key == self.data.get(f"b-of-{place}")), None)
        compared = measured(function, of) if function not in WITHOUT_TEST else None
        test = replace(self._clause(place, compared), field=function) if compared else None
        return RelatedClause(key, function, of.key if of else "", self.group(place, inner), test)

    def _clause(self, place: str, field: OfferedField) -> FormClause:
        offered, operator = operators_of(field), self.data.get(f"b-op-{place}", "")
        operator = operator if operator in offered else offered[0]
        return FormClause(field.key, operator, self._values(place, operator, field.definition))

    def _values(self, place: str, operator: str, field: FieldDefinition) -> tuple[str, ...]:
        typed = self.data.getlist(f"b-value-{place}")
        if operator == "in" and len(typed) == 1:
            typed = typed[0].split(",")
        if operator in {"last", "before"}:
            unit = self.data.get(f"b-unit-{place}", "d")
            number = typed[0].strip() if typed else ""
            return (number, unit if unit in {"d", "w", "M"} else "d") if number.isdigit() else ()
        high = [self.data.get(f"b-high-{place}", "")] if operator == "between" else []
        return tuple(value for text in (*typed, *high) if (value := machine_value(field, text)))
