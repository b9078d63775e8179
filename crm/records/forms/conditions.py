"""The rules of a form, evaluated for one record: which fields it shows, requires and locks.

A rule that cannot be evaluated, as when a field that it names was hidden since, is ignored. It is evaluated with the rights of
the reader of the page, so that it reveals nothing that the reader may not see.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from crm.people.actors import Actor
from crm.records.entity_rules import with_derived
from crm.records.layouts import FieldPlace
from crm.records.querying import fields_of, rule_context
from crm.rules.context import RuleContext
from crm.rules.errors import RuleError
from crm.rules.explaining import evaluate_rule
from crm.rules.parsing import parse
from crm.rules.resolving import Fields
from crm.schema import fieldtypes
from crm.schema.designs.form_rules import own_fields_read
from crm.schema.record import Record, attribute

Typed = Mapping[str, Any]  # Any: typed values


@dataclass(frozen=True)
class Conditions:
    """The rules of a form for records of `model` and one reader. Parsed on demand: most forms have none."""

    model: type[Record]
    reader: Actor

    @cached_property
    def fields(self) -> Fields:
        return fields_of(self.model, reader=self.reader)

    @cached_property
    def context(self) -> RuleContext:
        return rule_context()

    def hold(self, rule: str, record: Record, *, otherwise: bool) -> bool:
        """Return True if the rule holds; `otherwise` where there is none, or none that can be evaluated."""
        try:
            return evaluate_rule(parse(rule), record, self.fields, self.context) if rule else otherwise
        except RuleError:
            return otherwise


@dataclass(frozen=True)
class FormVerdict:
    """Fields that are not shown, and those that a rule requires; of these the ones that it did not before anything was typed."""

    unseen: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    required_now: frozenset[str] = frozenset()


def is_conditional(place: FieldPlace) -> bool:
    """Return True if other inputs decide how it is shown."""
    return bool(place.shown_if or place.required_if)


def locked(places: Iterable[FieldPlace], stored: Record, conditions: Conditions) -> list[FieldPlace]:
    """The places, read-only where their rule says so of the record as it is stored."""
    return [
        replace(place, read_only=True) if conditions.hold(place.read_only_if, stored, otherwise=False) else place
        for place in places
    ]


def judged(places: Iterable[FieldPlace], before: Record, typed: Typed, conditions: Conditions) -> FormVerdict:
    """What becomes of the places with what was typed laid over the
    record; what is typed where nothing is shown does not count."""
    judging = _Judging({place.field.name: place for place in places}, copy(before), typed, conditions)
    for name in judging.places:
        judging.see(name)
    required, earlier = judging.required(judging.record), judging.required(before)
    return FormVerdict(frozenset(judging.unseen), required, required - earlier)


@dataclass
class _Judging:
    places: Mapping[str, FieldPlace]
    record: Record  # with what was typed so far
    typed: Typed
    conditions: Conditions
    unseen: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    def see(self, name: str) -> None:
        """After the fields that decide it. A circle, which the designer refuses, ends where it began, as it is stored."""
        place = self.places.get(name)
        if place is None or name in self._seen:
            return
        self._seen.add(name)
        rule = "" if fieldtypes.is_always_required(place.field) else place.shown_if
        for other in sorted(own_fields_read(rule, self.conditions.fields)) if rule else ():
            self.see(other)
        if self.conditions.hold(rule, self.record, otherwise=True):
            self._lay(name)
        else:
            self.unseen.add(name)

    def required(self, record: Record) -> frozenset[str]:
        shown = (place for name, place in self.places.items() if name not in self.unseen)
        return frozenset(place.field.name for place in shown if self.conditions.hold(place.required_if, record, otherwise=False))

    def _lay(self, name: str) -> None:
        if name in self.typed:
            for other, value in with_derived(self.record.entity, {name: self.typed[name]}).items():
                setattr(self.record, attribute(type(self.record), other), value)
