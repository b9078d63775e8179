"""The rules of a form's fields: when one is shown, required or read-only. Which fields they may read, and which they do read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from crm.rules import reading
from crm.rules.comparisons.options import as_stored
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.designs import checking
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import RULES, FormDesign, PlaceDesign
from crm.schema.generated.rule_fields import check_expression, rule_fields

LONGEST_RULE = 1_000


@dataclass(frozen=True)
class FormRuleContext:
    """What the rules of a form are judged by."""

    design: FormDesign
    entity: EntityDefinition
    snapshot: Snapshot

    @cached_property
    def fields(self) -> Fields:
        return rule_fields(self.entity, self.snapshot)

    @cached_property
    def shown_by(self) -> Mapping[str, set[str]]:
        """Of each field on the form those that decide whether it is shown; read once, however many rules are judged."""
        return {place.field: own_fields_read(place.shown_if, self.fields) for place in self.design}


def check_place(place: PlaceDesign) -> None:
    """Raises InvalidDesign for rules that can never be obeyed."""
    if place.required_if and place.read_only and not checking.has_default(place):
        raise InvalidDesign(_("A field that cannot be filled in cannot be required, unless it has a default."))


def rules_of(place: PlaceDesign) -> list[tuple[str, str]]:
    """The rules that a form gives a field, each with its kind."""
    return [(kind, text) for kind in RULES if (text := getattr(place, kind))]


def check_rule(kind: str, text: str, field: FieldDefinition, context: FormRuleContext) -> str:
    """The rule in canonical spelling, or nothing. Raises InvalidDesign.

    What is shown or required follows from what is typed, so its rule cannot come back to the field; what is read-only
    follows from what is stored, so that it may: what is filled in once stays.
    """
    if not text.strip():
        return ""
    try:
        rule = as_stored(check_expression(text, context.fields), context.fields)
    except RuleError as error:
        raise InvalidDesign(_("The rule cannot be answered: %s") % error) from error
    if kind != "read_only_if":
        _check_itself(field.name, own_fields_read(text, context.fields))
    if kind == "shown_if":
        _check_shown(field, own_fields_read(text, context.fields), context)
    return print_rule(rule)


def own_fields_read(text: str, fields: Fields) -> set[str]:
    """The fields of the record that a rule asks for, itself or through Rule fields; none where it cannot be answered."""
    try:
        return set(reading.own_fields_read(parse(text), fields)) if text else set()
    except RuleError:
        return set()


def fields_read_by(context: FormRuleContext) -> set[tuple[str, str]]:
    """Every field, with its entity, that the form's rules and its query ask for."""
    texts = [text for place in context.design for _kind, text in rules_of(place)]
    return {read for text in filter(None, [*texts, context.design.query]) for read in _read(text, context.fields)}


def faults(context: FormRuleContext) -> Iterator[str]:
    """Messages about rules that pages ignore, such as those that read fields which were hidden since."""
    for place in context.design:
        field = context.entity.field(place.field)
        if field is None:
            continue
        for kind, text in rules_of(place):
            try:
                check_rule(kind, text, field, context)
            except InvalidDesign as refusal:
                yield f"{place.field}: {refusal}"


def _check_itself(name: str, asked_for: set[str]) -> None:
    if name in asked_for:
        raise InvalidDesign(_("The rule of %(field)s cannot ask for the field itself.") % {"field": name})


def _check_shown(field: FieldDefinition, asked_for: set[str], context: FormRuleContext) -> None:
    """What is always required is always shown, and nothing is shown by way of itself."""
    if fieldtypes.is_always_required(field):
        raise InvalidDesign(_("%(field)s is required everywhere, so it is always shown.") % {"field": field.name})
    for other in sorted(asked_for):
        if field.name in _reached(other, context.shown_by):
            words = {"field": field.name, "other": other}
            raise InvalidDesign(_("The rule of %(field)s cannot ask for %(other)s, which is shown by way of %(field)s.") % words)


def _reached(name: str, shown_by: Mapping[str, set[str]]) -> set[str]:
    """The fields that decide whether one is shown, themselves or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        further = shown_by.get(waiting.pop(), set()) - found
        found |= further
        waiting += further
    return found


def _read(text: str, fields: Fields) -> frozenset[tuple[str, str]]:
    try:
        return reading.fields_read(parse(text), fields)
    except RuleError:
        return frozenset()
