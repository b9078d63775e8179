"""The input of each field of a record page: its value, its state and its help text."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.extensions import ClusterChip
from crm.people.actors import Actor
from crm.records.access import may_upload, may_write
from crm.records.addresses import record_url
from crm.records.forms.record_view import RecordView, first_value
from crm.records.forms.widgets import FilesInput, ShownFile
from crm.records.layouts import FieldPlace
from crm.records.lists.reference_choices import address_of, title_of
from crm.records.validating import default_value
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.record import Record, held


def form_field(place: FieldPlace, view: RecordView, actor: Actor) -> forms.Field:
    field, record = place.field, view.record
    made = fieldtypes.get(field.type).form_field(field)
    value = held(record, field.name) if record else first_value(place, view.given)
    made.initial = shown_value(field, value)
    _offer_retired_option(made, value)
    if is_upload(made):
        made.widget = FilesInput(_shown_files(record, field, value) if record else [])
    made.disabled = place.read_only or not (may_write(actor, view.entity, field) or may_upload(actor, view.entity, field))
    if place.combo_box and fieldtypes.is_relation(field) and not made.disabled:
        made.widget.attrs |= {
            "data-combobox": address_of(view.entity, field),
            "data-title": title_of(value, field),
            "autocomplete": "off",
        }
    if made.required or place.required:
        mark_required(made, field)
    made.required = False
    made.help_text = _help(place, made, value)
    if chip := view.chips.get(field.name):
        made.label = _chip_label(chip)
    return made


def mark_required(made: forms.Field, field: FieldDefinition) -> None:
    """In the label, and for screen readers."""
    if not isinstance(made, forms.BooleanField):
        made.label = _("%(label)s (required)") % {"label": field.label}
        made.widget.attrs["aria-required"] = "true"


def _shown_files(record: Record, field: FieldDefinition, value: Any) -> list[ShownFile]:
    def url(name: str) -> str:
        return reverse("record-file", args=[record.entity.acronym, record.pk, field.name, name])

    return [ShownFile(one["name"], one["size"], url(one["name"])) for one in value or []]


def _help(place: FieldPlace, made: forms.Field, value: Any) -> SafeString:
    """Crispy would write the text as it is, so it is escaped here; a relationship leads to the other record."""
    text = conditional_escape(place.help_text or made.help_text)
    if not value or not fieldtypes.is_relation(place.field):
        return text
    url = record_url(place.field.options["entity"], value)
    shown = _("Open %(record)s") % {"record": title_of(value, place.field)}
    return format_html('{} <a href="{}">{}</a>', text, url, shown)


def default_input(entity: EntityDefinition, name: str) -> Any:
    """What the input of a new record shows when nothing else is given."""
    field = entity.field(name)
    return shown_value(field, default_value(field)) if field else None


def _offer_retired_option(made: forms.Field, value: Any) -> None:
    """A stored option that the field no longer offers stays chosen, instead of being cleared by the next save."""
    if isinstance(made.widget, forms.Select | forms.CheckboxSelectMultiple):
        shown = made.initial if isinstance(made.initial, list) else [value]
        known = dict(made.widget.choices)
        made.widget.choices = [*made.widget.choices, *((one, one) for one in shown if one and one not in known)]


def _chip_label(chip: ClusterChip) -> SafeString:
    return format_html('<span class="chip chip-{}">{}</span>', chip.colour, chip.label)


def shown_value(field: FieldDefinition, value: Any) -> Any:
    """What an input shows: a checkbox its state, most others their text."""
    return fieldtypes.get(field.type).form_value(value, field)


def is_silent(field: forms.Field) -> bool:
    """Return True if browsers send nothing when nothing is checked or picked."""
    is_several = getattr(field.widget, "allow_multiple_selected", False) and not is_upload(field)
    return isinstance(field, forms.BooleanField) or is_several


def is_upload(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField)
