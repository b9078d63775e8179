"""Conditions ⇄ the inputs of a form, each named for its part and its place: `b-op-0.2` is of the root's third item."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder.conditions import PLAIN, WITHOUT_VALUE, FormClause, Group, Item, Join
from clusters.builder.operators import machine_value, operators_of
from crm.rules.errors import RuleError
from crm.schema.definitions import FieldDefinition

MOST = 60  # conditions and groups
DEEPEST = 4
PLACE = re.compile(r"0(\.[0-9]{1,4})*")
JOINS: tuple[Join, ...] = ("all", "any", "none")
OPERATORS = {*PLAIN, *WITHOUT_VALUE, "between", "in", "last", "before"}


def is_posted(data: QueryDict) -> bool:
    return "b-join-0" in data


def read_groups(data: QueryDict, fields: Mapping[str, FieldDefinition]) -> Group:
    """Raises RuleError for more than a form shows."""
    places = [name.removeprefix("b-join-") for name in data if name.startswith("b-join-")]
    places += [name.removeprefix("b-field-") for name in data if name.startswith("b-field-")]
    places = [place for place in places if PLACE.fullmatch(place)]
    if len(places) > MOST or any(place.count(".") > DEEPEST for place in places):
        raise RuleError(_("So many conditions, or groups in groups, are written as a text."), 0)
    return _group("0", data, fields, sorted(places, key=_in_order))


def acted(group: Group, act: str) -> Group:
    """After a button: `add:0.1:state` adds a condition there, `group:0` a group, `drop:0.2` takes an item out."""
    what, _colon, rest = act.partition(":")
    place, _colon, field = rest.partition(":")
    if not PLACE.fullmatch(place):
        return group
    path = [int(part) for part in place.split(".")[1:]]
    if what == "drop" and path:
        return _changed(group, path[:-1], lambda owner: owner.replaced(path[-1], None))
    if what == "group":
        return _changed(group, path, lambda owner: replace(owner, items=(*owner.items, Group("any"))))
    if what == "add" and field:
        return _changed(group, path, lambda owner: replace(owner, items=(*owner.items, FormClause(field, "eq"))))
    return group


def _changed(group: Group, path: list[int], change: Any) -> Group:  # Any: a function of a group
    if not path:
        return change(group)  # type: ignore[no-any-return]  # a group
    first, *rest = path
    if first >= len(group.items) or not isinstance(inner := group.items[first], Group):
        return group
    return group.replaced(first, _changed(inner, rest, change))


def _in_order(place: str) -> list[int]:
    return [int(part) for part in place.split(".")]


def _group(place: str, data: QueryDict, fields: Mapping[str, FieldDefinition], places: list[str]) -> Group:
    join: Join = next((known for known in JOINS if known == data.get(f"b-join-{place}")), JOINS[0])
    inside = [other for other in places if other.startswith(f"{place}.") and "." not in other[len(place) + 1 :]]
    return Group(join, tuple(_item(other, data, fields, places) for other in inside))


def _item(place: str, data: QueryDict, fields: Mapping[str, FieldDefinition], places: list[str]) -> Item:
    if f"b-join-{place}" in data:
        return _group(place, data, fields, places)
    name = data.get(f"b-field-{place}", "")
    field = fields.get(name)
    if field is None:  # hidden since, or never there: without it the rule would say something else
        raise RuleError(_("There is no field “%s”.") % name, 0)
    offered = operators_of(field)
    operator = data.get(f"b-op-{place}", "")
    return FormClause(field.name, operator if operator in offered else offered[0], _values(place, operator, field, data))


def _values(place: str, operator: str, field: FieldDefinition, data: QueryDict) -> tuple[str, ...]:
    typed = data.getlist(f"b-value-{place}")
    if operator == "in" and len(typed) == 1:
        typed = typed[0].split(",")
    if operator in {"last", "before"}:
        unit = data.get(f"b-unit-{place}", "d")
        number = typed[0].strip() if typed else ""
        return (number, unit if unit in {"d", "w", "M"} else "d") if number.isdigit() else ()
    high = [data.get(f"b-high-{place}", "")] if operator == "between" else []
    return tuple(value for text in (*typed, *high) if (value := machine_value(field, text)))
