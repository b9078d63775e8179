"""Checks of a form's settings, each with the reason for a refusal: what would be refused is not offered either."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from crm.rules.comparisons.options import as_stored
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.designs.arranging import Part
from crm.schema.errors import InvalidDesign
from crm.schema.fieldtypes import InvalidValue
from crm.schema.form_design import CLUSTERS_COLUMN, FormDesign, PlaceDesign
from crm.schema.generated.rule_fields import check_expression, rule_fields

LONGEST_HELP = 200
WIDTHS = (0, 80, 120, 160, 200, 240, 320, 400, 480)
SYSTEM_ORDERS = ("id",)
DIRECTIONS = ("ASC", "DESC")
CLUSTERS_PARTS: tuple[Part, ...] = ("list_columns", "filters")  # of the list, where all clusters are one entry


def related_fields(snapshot: Snapshot, acronym: str) -> Iterator[tuple[EntityDefinition, FieldDefinition]]:
    """The fields, each with its entity, that point to this one: what a form's related records are picked from."""
    for entity in snapshot:
        for field in entity.visible_fields:
            if fieldtypes.is_relation(field) and field.options.get("entity") == acronym:
                yield entity, field


# Reasons; empty where nothing speaks against it.


def order_refusal(field: FieldDefinition) -> str:
    has_order = bool(field.column) and fieldtypes.get(field.type).can_be_sorted
    return "" if has_order else _("fields of type %s are no order for a list") % field.type


def filter_refusal(field: FieldDefinition) -> str:
    if not fieldtypes.get(field.type).can_be_filter:
        return _("fields of type %s cannot be filters") % field.type
    return "" if field.filterable else _("it is not filterable; that is an option of the field")


def part_refusal(part: Part, field: FieldDefinition) -> str:
    """Why a field cannot be in a part of the list; columns and highlights show whatever there is."""
    return filter_refusal(field) if part == "filters" else ""


def required_refusal(field: FieldDefinition) -> str:
    if not fieldtypes.is_writable(field):
        return _("nobody can fill it in")
    return "" if fieldtypes.get(field.type).can_be_required else _("fields of type %s are never empty") % field.type


def default_refusal(field: FieldDefinition) -> str:
    if not fieldtypes.is_writable(field):
        return _("nobody can fill it in")
    return "" if fieldtypes.get(field.type).can_have_default else _("fields of type %s have no default") % field.type


# Checks; each raises InvalidDesign.


def check_field(entity: EntityDefinition, name: str) -> FieldDefinition:
    """The visible field of this name."""
    if field := entity.field(name):
        return field
    raise InvalidDesign(_("%(entity)s has no field “%(name)s”.") % {"entity": entity.name, "name": name[:50]})


def check_part(entity: EntityDefinition, snapshot: Snapshot, part: Part, name: str) -> None:
    if part == "related":
        _check_related(entity, snapshot, name)
    elif name == CLUSTERS_COLUMN and part in CLUSTERS_PARTS:
        return
    elif reason := part_refusal(part, check_field(entity, name)):
        raise InvalidDesign(_("%(field)s cannot be a filter: %(reason)s.") % {"field": name, "reason": reason})


def check_sort(entity: EntityDefinition, text: str) -> str:
    """The order of a list as it is stored: a field and a direction, or nothing."""
    name, _space, direction = text.partition(" ")
    if not name:
        return ""
    if direction not in DIRECTIONS:
        raise InvalidDesign(_("A list is sorted upwards or downwards."))
    reason = "" if name in SYSTEM_ORDERS else order_refusal(check_field(entity, name))
    if reason:
        raise InvalidDesign(_("The list cannot be sorted by %(field)s: %(reason)s.") % {"field": name, "reason": reason})
    return text


def check_query(entity: EntityDefinition, snapshot: Snapshot, text: str) -> str:
    """The rule in canonical spelling, if a list can be narrowed by it."""
    if not text.strip():
        return ""
    try:
        fields = rule_fields(entity, snapshot, filters_only=True)
        return print_rule(as_stored(check_expression(text, fields), fields))
    except RuleError as error:
        raise InvalidDesign(_("The query cannot be answered: %s") % error) from error


def check_width(width: int) -> int:
    if width not in WIDTHS:
        raise InvalidDesign(_("A column is as wide as its content, or one of the offered widths."))
    return width


def check_place(field: FieldDefinition, place: PlaceDesign) -> PlaceDesign:
    """The place as it is stored: its default in the field's own JSON."""
    if place.required and (reason := required_refusal(field)):
        raise InvalidDesign(_("%(field)s cannot be required: %(reason)s.") % {"field": field.name, "reason": reason})
    if has_default(place) and (reason := default_refusal(field)):
        raise InvalidDesign(_("%(field)s cannot have a default: %(reason)s.") % {"field": field.name, "reason": reason})
    if len(place.help_text) > LONGEST_HELP:
        raise InvalidDesign(_("The help is longer than %s characters.") % LONGEST_HELP)
    if place.required and place.read_only and not has_default(place):
        raise InvalidDesign(_("A field that cannot be filled in cannot be required, unless it has a default."))
    return place


def stored_default(field: FieldDefinition, raw: Any) -> Any:  # Any: raw and JSON values
    """The JSON value of a default as it was written; None when nothing was."""
    kind = fieldtypes.get(field.type)
    try:
        value = kind.clean(raw, field)
    except InvalidValue as refusal:
        raise InvalidDesign(_("The default does not fit: %s") % refusal) from refusal
    return None if value is None else kind.to_json(value, field)


def has_default(place: PlaceDesign) -> bool:
    """Return True if the form gives new records a value here."""
    return place.default is not None


def _check_related(entity: EntityDefinition, snapshot: Snapshot, name: str) -> None:
    offered = {f"{other.acronym}.{field.name}" for other, field in related_fields(snapshot, entity.acronym)}
    if name not in offered:
        words = {"name": name[:60], "entity": entity.name}
        raise InvalidDesign(_("“%(name)s” is no relationship that points to %(entity)s.") % words)


# What no longer works.


def faults(design: FormDesign, entity: EntityDefinition, snapshot: Snapshot) -> Iterator[str]:
    """Messages about settings that pages ignore, such as those of fields that were hidden since."""
    fields = {field.name: field for field in entity.visible_fields}
    for name in dict.fromkeys([*design.placed, *design.listed, *design.highlights]):
        if name not in fields and name != CLUSTERS_COLUMN:
            yield _("The field %s is hidden or gone; its places are left out.") % name
    for name in filter(CLUSTERS_COLUMN.__ne__, design.filters):
        reason = filter_refusal(fields[name]) if name in fields else _("it is hidden or gone")
        if reason:
            yield _("The filter %(field)s is left out: %(reason)s.") % {"field": name, "reason": reason}
    yield from _fault(check_sort, entity, design.sort)
    yield from _fault(check_query, entity, snapshot, design.query)
    for name in design.related:
        yield from _fault(_check_related, entity, snapshot, name)


def _fault(check: Callable[..., object], *arguments: object) -> Iterator[str]:
    try:
        check(*arguments)
    except InvalidDesign as refusal:
        yield str(refusal)
