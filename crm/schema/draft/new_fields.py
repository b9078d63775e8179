"""Builds the definition of a new field from what a form or a command was given."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.errors import InvalidField


def new_definition(
    name: str,
    type_label: str,
    *,
    label: str = "",
    description: str = "",
    required: bool = False,
    unique: bool = False,
    default: Any = None,  # JSON value of the type
    filterable: bool = True,
    searchable: bool = True,
    options: dict[str, Any] | None = None,
) -> FieldDefinition:
    """A definition of a field to draft. Raises InvalidField for an unknown type."""
    if type_label not in fieldtypes.labels():
        raise InvalidField(
            _("There is no field type “%(type)s”. The types are: %(known)s.")
            % {"type": type_label, "known": ", ".join(fieldtypes.labels())}
        )
    kind = fieldtypes.get(type_label)
    return FieldDefinition(
        name=name,
        type=type_label,
        labels={(get_language() or "en"): label} if label else {},
        description=description,
        nullable=not required and not kind.needs_default,
        default=default,
        searchable=searchable,
        filterable=filterable,
        unique=unique,
        options=options or {},
    )


def options_from_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """`choices=Gold,Silver` and the like. Raises InvalidField for a pair without `=`."""
    options: dict[str, Any] = {}
    for pair in pairs:
        key, found, value = pair.partition("=")
        if not found:
            raise InvalidField(_("An option is written name=value; “%s” is not.") % pair)
        options[key] = value
    return options
