"""Controls of the review: the choices, and the names of fields and values."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.records.bulk.combining import MOST_OPTIONS
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.choice import options_of
from crm.schema.fieldtypes.local_format import TypedText
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.limit import Limit

IGNORE = ""
MODES = [
    ("upsert", gettext_lazy("Known ones are updated, unknown ones created")),
    ("update", gettext_lazy("Known ones are updated, nobody is created")),
    ("create", gettext_lazy("Unknown ones are created, known ones stay as they are")),
]
EMPTY = [("keep", gettext_lazy("keeps what is stored")), ("clear", gettext_lazy("clears what is stored"))]
EMPTY_KEY = [("skip", gettext_lazy("is skipped")), ("create", gettext_lazy("makes a new record"))]
LABELS = [
    ("", gettext_lazy("found by its cells")),
    ("yes", gettext_lazy("holds the labels of the columns")),
    ("no", gettext_lazy("is a row like the others")),
]
DUPLICATES = [
    ("refuse", gettext_lazy("all of them are refused")),
    ("first", gettext_lazy("the first one counts")),
    ("last", gettext_lazy("the last one counts")),
]
TAKES = [("", gettext_lazy("all")), ("new", gettext_lazy("new ones only")), ("empty", gettext_lazy("where it is empty"))]
SEVERAL = [("add", gettext_lazy("added to what is there")), ("remove", gettext_lazy("removed from what is there"))]
WHOLE = [
    ("", gettext_lazy("good rows are taken although others are refused")),
    ("on", gettext_lazy("all rows are taken or none")),
]
DATES = [
    ("iso", gettext_lazy("year-month-day (2026-12-31)")),
    ("dmy", gettext_lazy("day/month/year (31/12/2026)")),
    ("mdy", gettext_lazy("month/day/year (12/31/2026)")),
]
DECIMALS = [(".", gettext_lazy("a point (1234.50)")), (",", gettext_lazy("a comma (1234,50)"))]


class LimitField(forms.CharField):
    """A number or a share."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        try:
            Limit.parse(typed or "0")
        except InvalidMapping as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return typed


class FieldName(forms.CharField):
    """A field by its name or label, typed."""

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, widget=forms.TextInput(attrs={"list": "fields"}), **kwargs)
        self.known = {word.lower(): name for name, label in names.items() for word in (name, label)}

    def clean(self, value: Any) -> str:
        typed = super().clean(value).strip()
        if typed and typed.lower() not in self.known:
            raise forms.ValidationError(_("There is no field “%s”.") % typed)
        return self.known.get(typed.lower(), "")


def takes(field: FieldDefinition) -> list[tuple[str, Any]]:  # Any: words in the reader's language
    """Which records a column of the field can be taken for, and how."""
    is_several = fieldtypes.get(field.type).kind == "choices" and len(options_of(field)) <= MOST_OPTIONS
    return TAKES + SEVERAL if is_several else TAKES


def machine_value(field: FieldDefinition, text: str) -> str:
    """What a person typed, as the choices keep it. Raises InvalidValue for numbers and dates that the field refuses."""
    kind = fieldtypes.get(field.type)
    return kind.cell(kind.clean(TypedText(text), field), field) if kind.reads_locally else text


def written_value(field: FieldDefinition | None, text: str) -> str:
    """A value that the choices keep, as the person's language writes it."""
    kind = fieldtypes.get(field.type) if field else None
    if kind is None or field is None or not kind.reads_locally:
        return text
    try:
        return str(kind.form_value(kind.read(text, field), field))
    except fieldtypes.InvalidValue:
        return text


def displayed_value(field: FieldDefinition, value: str) -> str:
    """The value as the field understands and displays it; empty if the field refuses it."""
    kind = fieldtypes.get(field.type)
    try:
        return kind.display(kind.clean(value, field), field)
    except fieldtypes.InvalidValue:
        return ""


def delimiter_name(sign: str) -> str:
    return _("tab") if sign == "\t" else f"“{sign}”"
