"""Which records lack what their entity or form asks for, or hold what it takes no more: a number and a list for each (R-55)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.addresses import list_url
from crm.records.layouts import FieldPlace, Layout
from crm.records.querying import counts_where, fields_of, rule_context
from crm.rules.compiling import compile_rule
from crm.rules.errors import RuleError
from crm.rules.limits import MAX_LENGTH
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields
from crm.rules.tree import AllOf, AnyOf, Comparison, FieldPath, InList, LiteralValue, NotRule, NullCheck, Rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.record import Record


@dataclass(frozen=True)
class Requirement:
    """What a field has to hold: the words of the page, and the rule of the records that fail it."""

    field: FieldDefinition
    words: str
    failing: Rule


@dataclass(frozen=True)
class Gap:
    """A requirement, how many records fail it, and the list of those; no address where the field is no filter."""

    requirement: Requirement
    count: int
    address: str


@dataclass(frozen=True)
class IncompleteRecords:
    """`count` of `total` records fail at least one requirement."""

    gaps: list[Gap]
    count: int
    total: int
    address: str


def incomplete_records(model: type[Record], layout: Layout, *, actor: Actor) -> IncompleteRecords:
    """Of the fields that the person may read. One query, whatever the number of fields."""
    fields, filters = fields_of(model, reader=actor), fields_of(model, reader=actor, filters_only=True)
    asked = [each for each in requirements(model.entity, layout) if _answers(each.failing, fields)]
    numbers = _counted(model, fields, [each.failing for each in asked])
    gaps = [Gap(each, numbers[f"n{place}"], _address(model, each.failing, filters)) for place, each in enumerate(asked)]
    every = _any_of([each.failing for each in asked])
    address = _address(model, every, filters) if every else ""
    return IncompleteRecords(gaps, numbers["failing"], numbers["total"], address)


def requirements(entity: EntityDefinition, layout: Layout) -> list[Requirement]:
    """Return what the entity requires everywhere, then what the form adds, field by field."""
    places = {place.field.name: place for section in layout.sections for place in section.places}
    return [
        requirement
        for field in entity.visible_fields
        if field.column
        for requirement in [*_presence(field, places.get(field.name)), *_limits(field), *_options(field)]
    ]


def _presence(field: FieldDefinition, place: FieldPlace | None) -> Iterator[Requirement]:
    empty = NullCheck(FieldPath(field.name), present=False)
    if fieldtypes.get(field.type).needs_default:
        return
    if not field.nullable:
        yield Requirement(field, _("empty, though the field is required everywhere"), empty)
    elif place and place.required:
        yield Requirement(field, _("empty, though the form requires it"), empty)
    elif place and place.required_if and (condition := _parsed(place.required_if)):
        words = _("empty, though the form requires it where %s") % place.required_if
        yield Requirement(field, words, AllOf((condition, empty)))


def _limits(field: FieldDefinition) -> Iterator[Requirement]:
    path = FieldPath(field.name)
    if lowest := _limit(field, "minimum"):
        written, shown = lowest
        yield Requirement(field, _("below the smallest value, %s") % shown, Comparison(path, "<", LiteralValue((written,))))
    if highest := _limit(field, "maximum"):
        written, shown = highest
        yield Requirement(field, _("above the largest value, %s") % shown, Comparison(path, ">", LiteralValue((written,))))


def _limit(field: FieldDefinition, option: str) -> tuple[str, str] | None:
    """As rules write it and as people do; None where there is none, or one that no longer fits the type and limits nothing."""
    kind = fieldtypes.get(field.type)
    try:
        value = kind.read(field.options.get(option), field)
    except InvalidValue:
        return None
    return None if value is None else (kind.cell(value, field), kind.display(value, field))


def _options(field: FieldDefinition) -> Iterator[Requirement]:
    """Choices that are no option any more; of several options each cell is a list, which a rule does not compare as a whole."""
    if field.type != "Choice":
        return
    path, known = FieldPath(field.name), tuple(LiteralValue((option["value"],)) for option in field.options.get("choices", []))
    yield Requirement(field, _("none of the options"), AllOf((NullCheck(path, present=True), NotRule(InList(path, known)))))


def _parsed(text: str) -> Rule | None:
    try:
        return parse(text)
    except RuleError:
        return None


def _answers(rule: Rule, fields: Fields) -> bool:
    """Return False for a rule over what the person may not read, or that cannot be evaluated any more."""
    try:
        compile_rule(rule, fields, rule_context())
    except RuleError:
        return False
    return True


def _counted(model: type[Record], fields: Fields, rules: list[Rule]) -> dict[str, int]:
    context, every = rule_context(), _any_of(rules)
    asked = {f"n{place}": compile_rule(rule, fields, context) for place, rule in enumerate(rules)}
    if every:
        asked["failing"] = compile_rule(every, fields, context)
    return {"failing": 0} | counts_where(model.objects.all(), {"total": Q(), **asked})


def _any_of(rules: Iterable[Rule]) -> Rule | None:
    distinct = tuple(dict.fromkeys(rules))
    return AnyOf(distinct) if len(distinct) > 1 else next(iter(distinct), None)


def _address(model: type[Record], rule: Rule, filters: Fields) -> str:
    text = print_rule(rule)
    is_filter = len(text) <= MAX_LENGTH and _answers(rule, filters)
    return list_url(model.entity.acronym, {"_where": text}) if is_filter else ""
