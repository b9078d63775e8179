"""Conditions ⇄ the inputs of a form, each named for its part and its place: `b-op-0.2` is of the root's third item."""

import re
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder.conditions import (
    AGES,
    TWO_VALUES,
    WITHOUT_TEST,
    FormClause,
    Group,
    Item,
    Join,
    RelatedClause,
    RelatedFunction,
    depth,
    items_of,
)
from clusters.builder.offering import Offer, OfferedField, measured
from clusters.builder.operators import functions_of, machine_value, operators_of, options
from crm.rules.errors import RuleError
from crm.rules.limits import MAX_DEPTH
from crm.schema.definitions import FieldDefinition

MOST = 60  # conditions and groups
DEEPEST = 4
PLACE = re.compile(r"0(\.[0-9]{1,4})*")
JOINS: tuple[Join, ...] = ("all", "any", "none")
UNITS = {"d", "w", "M"}


def is_posted(data: QueryDict) -> bool:
    return "b-join-0" in data


def is_act(data: QueryDict) -> bool:
    """Return True if a button of the builder was pressed, or Enter where a field is picked: nothing is saved by that."""
    return "b-act" in data or any(picked(data).values())


def is_changed(data: QueryDict, text: str) -> bool:
    """Return True if the rule of what was sent is another than the one whose numbers the page showed."""
    return str(data.get("b-text", text)).strip() != text


def picked(data: QueryDict) -> dict[str, str]:
    """By place the names of fields that were typed for new conditions."""
    named = ((name.removeprefix("b-new-"), str(data[name]).strip()) for name in data if name.startswith("b-new-"))
    return {place: typed for place, typed in named if typed and PLACE.fullmatch(place)}


def read_groups(data: QueryDict, offer: Offer) -> Group:
    """Raises RuleError for what no form of ours sends."""
    places = [name.partition("-")[2].partition("-")[2] for name in data if name.startswith(("b-join-", "b-field-"))]
    places = [place for place in places if PLACE.fullmatch(place)]
    if any(place.count(".") > MAX_DEPTH for place in places):
        raise RuleError(too_large(), 0)
    return _Form(data, sorted(places, key=in_order)).group("0", offer)


def is_too_large(group: Group) -> bool:
    return sum(1 for _each in items_of(group)) - 1 > MOST or depth(group) - 1 > DEEPEST


def too_large() -> str:
    message = _("More than %(most)s conditions, or groups more than %(deepest)s deep, are written as a text.")
    return message % {"most": MOST, "deepest": DEEPEST}


def in_order(place: str) -> list[int]:
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
        if operator == "in" and not options(field):
            typed = self._listed(place, typed)
        if operator in AGES:
            number, unit = typed[0].strip() if typed else "", self.data.get(f"b-unit-{place}", "")
            return (number, unit if unit in UNITS else "") if number.isdecimal() else ()
        if operator in TWO_VALUES:
            ends = ((typed or [""])[0], self.data.get(f"b-high-{place}", ""))
            return tuple(machine_value(field, text) for text in ends)
        return tuple(value for text in typed if (value := machine_value(field, text)))

    def _listed(self, place: str, typed: list[str]) -> list[str]:
        """Those that were ticked and those that were typed, between commas; in the order in which they were."""
        others = self.data.get(f"b-others-{place}")
        if others is None:
            return typed[0].split(",") if len(typed) == 1 else typed
        before = self.data.get(f"b-order-{place}", "").split(",")
        values = dict.fromkeys([*typed, *(text.strip() for text in others.split(","))])
        return sorted(values, key=lambda value: before.index(value) if value in before else len(before))
