"""A field's definition made to fit its type: options and default as they are stored, and no flag that cannot work."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import FieldType, InvalidValue

# Flags that are on by default: for a type that does not support one it is turned off silently.
USUALLY_ON = ("searchable", "filterable")
REFUSALS = {
    "nullable": gettext_lazy("A field of type %s cannot be required."),
    "default": gettext_lazy("A field of type %s cannot have a default."),
    "unique": gettext_lazy("A field of type %s cannot be unique."),
    "searchable": gettext_lazy("A field of type %s cannot be searched."),
    "filterable": gettext_lazy("A field of type %s cannot be a filter."),
    "public_read": gettext_lazy("A field of type %s cannot be read without credentials."),
    "public_filter": gettext_lazy("A field of type %s cannot be filtered by without credentials."),
    "public_write": gettext_lazy("A field of type %s cannot be written without credentials."),
}


PUBLIC = ("public_read", "public_write", "public_filter")


def fitted(definition: FieldDefinition) -> FieldDefinition:
    """A new field's definition as it is stored. Raises InvalidField."""
    kind = _known_type(definition)
    flags: dict[str, Any] = {name: getattr(definition, name) and name in kind.flags for name in USUALLY_ON}
    unique = definition.unique or kind.is_always_unique
    definition = replace(definition, **flags, nullable=definition.nullable and not kind.needs_default, unique=unique)
    _check_flags(definition, kind, REFUSALS)
    definition = replace(definition, options=_options(definition, kind))
    definition = replace(definition, default=_default(definition, kind))
    _check_unique_default(definition)
    return definition


def changed(definition: FieldDefinition, changes: Mapping[str, Any]) -> FieldDefinition:  # Any: each option has its own type
    """The definition with changes; what they do not touch is not checked again. Raises InvalidField."""
    definition = replace(definition, **changes)
    kind = _known_type(definition) if not changes.keys() <= {"hidden", "labels", "description"} else None
    if kind is None:
        return definition
    if "type" in changes:
        definition = replace(definition, unique=definition.unique or kind.is_always_unique)
    _check_flags(definition, kind, REFUSALS if "type" in changes else changes)
    if changes.keys() & {"type", "options"}:
        definition = replace(definition, options=_options(definition, kind))
    if changes.keys() & {"type", "options", "default"}:
        definition = replace(definition, default=_default(definition, kind))
    if changes.keys() & {"unique", "default"}:
        _check_unique_default(definition)
    return definition


def retyped(
    definition: FieldDefinition, type_label: str, options: Mapping[str, Any] | None
) -> FieldDefinition:  # Any: each type's own
    """As another type: flags that it cannot have are off, and what is no option or default of it is left out."""
    was, kind = fieldtypes.get(definition.type), _known_type(replace(definition, type=type_label))
    flags: dict[str, Any] = {name: getattr(definition, name) and name in kind.flags for name in ("unique", *USUALLY_ON, *PUBLIC)}
    never_empty = kind.needs_default or not (definition.nullable or was.needs_default or not kind.can_be_required)
    taken = {option.name for option in kind.options}
    kept = {name: value for name, value in definition.options.items() if name in taken} if options is None else options
    becoming = replace(definition, type=type_label, options=kept, nullable=not never_empty, **flags)
    return replace(becoming, default=definition.default if _takes_default(becoming, kind) else None)


def _takes_default(definition: FieldDefinition, kind: FieldType) -> bool:
    try:
        _default(definition, kind)
    except InvalidField:
        return False
    return kind.can_have_default


def _known_type(definition: FieldDefinition) -> FieldType:
    if definition.type not in fieldtypes.labels():
        known = ", ".join(fieldtypes.labels())
        raise InvalidField(
            _("There is no field type “%(type)s”. The types are: %(known)s.") % {"type": definition.type, "known": known}
        )
    return fieldtypes.get(definition.type)


def _check_flags(definition: FieldDefinition, kind: FieldType, names: Mapping[str, object]) -> None:
    if kind.is_always_unique and not definition.unique:
        raise InvalidField(_("A field of type %s is always unique.") % definition.type)
    for name in _asked(definition, kind):
        if name in names and name not in kind.flags:
            raise InvalidField(str(REFUSALS[name]) % definition.type)


def _check_unique_default(definition: FieldDefinition) -> None:
    """The second record without a value would repeat the default of the first."""
    if definition.unique and definition.default not in (None, ""):
        raise InvalidField(_("A unique field cannot have a default: only one record could have it."))


def _asked(definition: FieldDefinition, kind: FieldType) -> Iterator[str]:
    if not definition.nullable and not kind.needs_default:
        yield "nullable"
    if definition.default not in (None, ""):
        yield "default"
    yield from (name for name in REFUSALS if name not in {"nullable", "default"} and getattr(definition, name))


def _options(definition: FieldDefinition, kind: FieldType) -> dict[str, Any]:  # Any: JSON values
    try:
        options = kind.checked_options(definition.options, definition)
    except InvalidValue as refusal:
        raise InvalidField(str(refusal)) from refusal
    if {"minimum", "maximum"} <= options.keys():
        lowest, highest = (kind.read(options[name], definition) for name in ("minimum", "maximum"))
        if lowest > highest:
            words = {"minimum": kind.display(lowest, definition), "maximum": kind.display(highest, definition)}
            raise InvalidField(_("No value is at least %(minimum)s and at most %(maximum)s.") % words)
    return options


def _default(definition: FieldDefinition, kind: FieldType) -> Any:  # Any: JSON values
    if definition.default in (None, ""):
        return None
    try:
        return kind.to_json(kind.clean(definition.default, definition), definition)
    except InvalidValue as refusal:
        raise InvalidField(_("The default does not fit: %s") % refusal) from refusal
