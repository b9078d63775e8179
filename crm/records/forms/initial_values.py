"""What a new record holds before anything is typed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from crm.records.layouts import Place
from crm.records.validating import default_value
from crm.schema.record import Record, attribute


def first_value(place: Place, given: Mapping[str, str]) -> Any:  # Any: a typed value
    """What a new record's place shows: what its address gives it, else the form's default, else the field's."""
    field = place.field
    if field.name in given and not place.read_only:
        return default_value(replace(field, default=given[field.name]))
    of_form = default_value(replace(field, default=place.default)) if place.default is not None else None
    return default_value(field) if of_form is None else of_form


def blank(model: type[Record], places: Iterable[Place], given: Mapping[str, str]) -> Record:
    """The record as a form shows it first; it is stored nowhere and has no id."""
    values = {field.name: default_value(field) for field in model.entity.visible_fields if field.column}
    values |= {place.field.name: first_value(place, given) for place in places if place.field.column}
    return model(**{attribute(model, name): value for name, value in values.items()}, id=None)
