"""The options of a field's type as form fields, made from their declarations in the types."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.schema.definitions import FieldDefinition, in_language
from crm.schema.fieldtypes import FieldType, InvalidValue
from crm.schema.fieldtypes.local_format import as_typed
from crm.schema.fieldtypes.option_values import COLOURS
from crm.schema.fieldtypes.options import TypeOption
from crm.schema.forms.field_picks import field_pick, picked
from crm.schema.models import DataEntity

PREFIX = "option_"
AS = " = "  # between an option's value and its label
LONG = ("choices", "rule")
ENTITY = "entity"  # the option whose fields those of kind "field" are picked from


def option_fields(kind: FieldType, options: Mapping[str, Any]) -> dict[str, forms.Field]:  # Any: JSON
    """A form field for each option, filled with what the field has, by its name in the form."""
    return {
        f"{PREFIX}{option.name}": _value_field(option, kind, options) if option.kind == "value" else _form_field(option, options)
        for option in kind.options
    }


def option_values(
    kind: FieldType, cleaned: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:  # Any: of each option's own
    """What was filled in, ready to be judged by the type. `before` are the options that the field has. Raises InvalidField."""
    typed = {option.name: cleaned[f"{PREFIX}{option.name}"] for option in kind.options}
    return {option.name: _value(option, typed, before) for option in kind.options}


def _form_field(option: TypeOption, options: Mapping[str, Any]) -> forms.Field:  # Any: JSON
    stored = options.get(option.name)
    how: dict[str, Any] = {"label": option.label, "help_text": option.help, "required": option.required}
    if option.kind == "flag":
        return forms.BooleanField(**how | {"required": False}, initial=bool(stored))
    if option.kind == "entity":
        return forms.ChoiceField(**how, choices=_entities(), initial=stored)
    if option.kind == "field":
        return field_pick(options.get(ENTITY, ""), stored or "", entity_input=f"{PREFIX}{ENTITY}", **how)
    if option.kind == "word":
        return forms.ChoiceField(**how, choices=[("", "—"), *option.words], initial=stored)
    if option.kind in LONG:
        text = choices_as_lines(stored or []) if option.kind == "choices" else stored
        return forms.CharField(**how, widget=forms.Textarea(attrs={"rows": 4}), initial=text)
    return forms.CharField(**how, initial=stored, max_length=1_000)


def _value_field(option: TypeOption, kind: FieldType, options: Mapping[str, Any]) -> forms.Field:  # Any: JSON
    """The input of the type itself, for a value of it."""
    field = FieldDefinition("value", kind.label)
    with suppress(InvalidValue):  # of an option that no longer fits the type nothing is shown
        stored = kind.form_value(kind.read(options.get(option.name), field), field)
        return _text_field(option, stored, kind.widget(field))
    return _text_field(option, None, kind.widget(field))


def _text_field(option: TypeOption, initial: str | None, widget: forms.Widget) -> forms.Field:
    how: dict[str, Any] = {"label": option.label, "help_text": option.help, "required": option.required}
    return forms.CharField(**how, initial=initial, widget=widget, max_length=1_000)


def _value(option: TypeOption, typed: Mapping[str, Any], before: Mapping[str, Any]) -> Any:  # Any: of each option's own
    if option.kind == "value":
        return as_typed(typed[option.name])
    if option.kind == "choices":
        return choices_from_lines(typed[option.name], before.get(option.name) or [])
    return picked(typed[option.name], typed[ENTITY]) if option.kind == "field" else typed[option.name]


def _entities() -> list[tuple[str, str]]:
    return [("", "—"), *((entity.acronym, f"{entity} ({entity.acronym})") for entity in DataEntity.objects.all())]


def choices_as_lines(choices: Iterable[Mapping[str, Any]]) -> str:
    """One a line: the value, and its label where that is another."""
    return "\n".join(map(_line, choices))


def choices_from_lines(text: str, before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Known values keep their colour, and their labels in other languages; a line as it was shown says what it said before."""
    known, shown = {choice["value"]: choice for choice in before}, {_line(choice): choice for choice in before}
    lines = (line.strip() for line in text.splitlines())
    typed = [part.strip() for line in lines for part in ([line] if line in shown else line.split(",")) if part.strip()]
    return [dict(shown[line]) if line in shown else _choice(line, known, place) for place, line in enumerate(typed)]


def _line(choice: Mapping[str, Any]) -> str:
    value, label = choice["value"], _label(choice)
    return value if value == label else f"{value}{AS}{label}"


def _choice(line: str, known: Mapping[str, Mapping[str, Any]], place: int) -> dict[str, Any]:
    value, _as, label = (part.strip() for part in line.partition(AS))
    was = known.get(value, {"value": value, "colour": place % COLOURS + 1})
    return {**was, "label": _relabelled(was, label or value)}


def _relabelled(choice: Mapping[str, Any], label: str) -> Any:  # Any: a text, or one by language
    """Labels by language, with the typed one for the active language; a plain text that differs from the value is English."""
    was, value = choice.get("label"), choice["value"]
    if label == _label(choice):
        return was or label
    others = was if isinstance(was, Mapping) else {"en": was} if was and was != value else {}
    return {**others, (get_language() or "en"): label}


def _label(choice: Mapping[str, Any]) -> str:
    label = choice.get("label") or choice["value"]
    return in_language(label, choice["value"]) if isinstance(label, Mapping) else label


def default_field(kind: FieldType, field: FieldDefinition) -> forms.Field:
    """The form field of the type itself, for its default."""
    made = kind.form_field(field)
    made.required, made.label = False, _("Default")
    made.help_text = _("The value of a new record for which none is given. Existing records do not change by themselves.")
    made.initial = kind.form_value(kind.read(field.default, field), field) if field.default is not None else None
    return made
