"""One of a list of options."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition, in_language
from crm.schema.fieldtypes import canonical
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.options import CHOICES
from crm.schema.fieldtypes.text import clean_text

LONGEST = 100


def options_of(field: FieldDefinition) -> list[tuple[str, str]]:
    """Value and label of each option, in order."""
    return [(option["value"], option_label(option)) for option in field.options.get("choices", [])]


def option_label(option: dict[str, Any]) -> str:
    label = option.get("label") or option["value"]
    return in_language(label, option["value"]) if isinstance(label, dict) else label


def words_of(option: dict[str, Any]) -> list[str]:
    """What may be written for an option: its label in any language, its value."""
    label = option.get("label") or option["value"]
    return [*(label.values() if isinstance(label, dict) else [label]), option["value"]]


class Choice(FieldType):
    """options["choices"]: [{"value", "label", "colour"}], shown in that order."""

    label = "Choice"
    kind = "choice"
    options = (CHOICES,)
    is_textual = True
    has_few_values = True
    reading_options = frozenset({"meanings"})
    can_be_unique = False
    can_be_searched = True

    def column(self, field: FieldDefinition) -> models.Field:
        return models.CharField(max_length=LONGEST, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = "" if raw is None else trimmed(str(raw))
        if text == "":
            return None
        known = dict(options_of(field))
        like = {word.lower(): option["value"] for option in field.options.get("choices", []) for word in words_of(option)}
        found = text if text in known else like.get(text.lower())
        if found is None:
            raise must_be(_("one of %s") % ", ".join(known), raw)
        return found

    def held_value(self, cell: str, field: FieldDefinition, form: CellFormat) -> str | None:
        """An option that the field no longer offers."""
        return clean_text(cell, longest=LONGEST)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return canonical.words(dict(options_of(field)), without=without)

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.Select(choices=[("", "—"), *options_of(field)])

    def filter_options(self, field: FieldDefinition) -> list[tuple[str, str]]:
        return options_of(field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return dict(options_of(field)).get(value, value or "")
