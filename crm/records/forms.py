"""The form of one record: Django fields from the field definitions, laid out by the entity's form."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset
from crispy_forms.layout import Layout as CrispyLayout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.extensions import ClusterChip, extensions
from crm.people.actors import Actor
from crm.records.access import may_upload, may_write, readable
from crm.records.attachments import FileChange
from crm.records.choosing import address_of, title_of
from crm.records.layouts import Layout, Place, Section
from crm.records.validating import default_value
from crm.records.widgets import REMOVE, FilesInput, ShownFile
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.judging import is_relation, is_writable
from crm.schema.record import Record, held

# Names the page's boxes, in one parameter since Django limits their number: an unchecked box is not sent,
# and must differ from one that was never shown.
SHOWN = "_shown"


@dataclass(frozen=True)
class Opened:
    """What a form shows: the fields in sections, what they hold, and which of them are clusters."""

    entity: EntityDefinition
    sections: tuple[Section, ...]
    chips: Mapping[str, ClusterChip]
    record: Record | None
    layout: Layout
    given: Mapping[str, str]  # what the address says of a new record, by field

    @property
    def address(self) -> str:
        """What addresses of this form's pages end in."""
        return self.layout.address

    @property
    def places(self) -> list[Place]:
        return [place for section in self.sections for place in section.places]


class RecordForm(forms.Form):
    """Judges nothing but what the form itself requires: the one validator does, when the record is saved."""

    def __init__(
        self, opened: Opened, *, actor: Actor, data: Any = None, files: Any = None, auto_id: str = "id_%s"
    ) -> None:  # Any: Django's posted data
        super().__init__(data, files, auto_id=auto_id)
        self.opened = opened
        for place in opened.places:
            self.fields[place.field.name] = _form_field(place, opened, actor)
            if self.is_bound and is_relation(place.field):
                self.fields[place.field.name].widget.attrs["data-title"] = title_of(self.data.get(place.field.name), place.field)
        self.fields["crm_version"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        self.fields["crm_version"].initial = opened.record.crm_version if opened.record else None
        self.helper = _helper(opened)

    @property
    def member_chips(self) -> list[ClusterChip]:
        """The clusters that the record is in, as it is stored."""
        shown, record = {place.field.name for place in self.opened.places}, self.opened.record
        return [chip for name, chip in self.opened.chips.items() if name in shown and getattr(record, name, None) is True]

    @property
    def switches(self) -> list[str]:
        """Boxes, alone and in groups."""
        return [name for name, field in self.fields.items() if _is_silent(field) and not field.disabled]

    def values(self) -> dict[str, Any]:  # Any: raw values
        """What was typed, by field: only what differs from what is stored, so that an old fault is not judged again.

        A new record also gets what the form gives it in places that cannot be filled in.
        """
        typed = {name: typed for name, typed in self.typed().items() if self._differs(name, typed)}
        return typed if self.opened.record else {**self._given(), **typed}

    def typed(self) -> dict[str, Any]:
        inputs = {name: field for name, field in self.fields.items() if name != "crm_version" and not _is_upload(field)}
        return {name: self._typed(name) for name, field in inputs.items() if not field.disabled and self._sent(name)}

    def file_changes(self) -> dict[str, FileChange]:
        uploads = (name for name, field in self.fields.items() if _is_upload(field) and not field.disabled)
        changes = {name: FileChange(self._uploaded(name), frozenset(self._listed(REMOVE + name))) for name in uploads}
        return {name: change for name, change in changes.items() if change.added or change.removed}

    def expected_version(self) -> int | None:
        """The version that the page showed; a text that is no number is as good as none."""
        text = str(self.data.get("crm_version", ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def clean(self) -> dict[str, Any]:
        for place in self.opened.places:
            name = place.field.name
            if place.required and self._is_judged(name) and self._is_empty(name):
                self.add_error(name, _("This field is required."))
        return self.cleaned_data

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Shows the reasons beside their fields, or above all when the page does not show the field."""
        for name, reason in errors.items():
            on_page = name in self.fields
            self.add_error(name if on_page else None, reason if on_page else f"{name}: {reason}")

    def _is_judged(self, name: str) -> bool:
        """What a page left out is not judged, but of a new record everything is."""
        return not self.fields[name].disabled and (self.opened.record is None or self._sent(name))

    def _given(self) -> dict[str, Any]:  # Any: JSON values
        places = (place for place in self.opened.places if place.read_only and place.default is not None)
        return {place.field.name: place.default for place in places if is_writable(place.field)}

    def _is_empty(self, name: str) -> bool:
        field = self.fields[name]
        if not _is_upload(field):
            return self._typed(name) in ("", None, [])
        stays = {file.name for file in field.widget.files} - set(self._listed(REMOVE + name))
        return not stays and not self._uploaded(name)

    def _uploaded(self, name: str) -> tuple[UploadedFile, ...]:
        return tuple(self.files.getlist(name)) if hasattr(self.files, "getlist") else ()

    def _listed(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def _sent(self, name: str) -> bool:
        return name in self.data or name in str(self.data.get(SHOWN, "")).split()

    def _typed(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, name)

    def _differs(self, name: str, typed: Any) -> bool:
        shown = self.fields[name].initial if self.opened.record else _usual_value(self.opened.entity, name)
        return _as_sent(typed) != _as_sent(shown)


def opened(
    entity: EntityDefinition, layout: Layout, record: Record | None, *, actor: Actor, given: Mapping[str, str] | None = None
) -> Opened:
    """What the form shows this person: the layout's sections, each with the fields one may read; clusters in their own, if there is one."""
    chips = extensions.cluster_fields(entity)
    allowed = {field.name: field for field in readable(actor, entity)}
    is_apart = any(section.is_clusters for section in layout.sections)
    shown = {name for name, field in allowed.items() if not _waits_for_system(field, record)}
    plain = {name for name in shown if not (is_apart and name in chips)}
    sections = (
        _clusters(section, chips, allowed) if section.is_clusters else _with_only(section, plain) for section in layout.sections
    )
    return Opened(entity, tuple(section for section in sections if section.places), chips, record, layout, given or {})


def _waits_for_system(field: FieldDefinition, record: Record | None) -> bool:
    """Whether nobody can fill it, and the system has not yet: an empty box would say nothing."""
    is_theirs = fieldtypes.get(field.type).filled_with in {"number", "user", "scores"}
    return is_theirs and (record is None or held(record, field.name) is None)


def shown_value(field: FieldDefinition, value: Any) -> Any:
    """What an input shows: a box its state, most others their text."""
    return fieldtypes.get(field.type).form_value(value, field)


def _is_silent(field: forms.Field) -> bool:
    """Whether nothing is sent when nothing is checked or picked."""
    is_several = getattr(field.widget, "allow_multiple_selected", False) and not _is_upload(field)
    return isinstance(field, forms.BooleanField) or is_several


def _is_upload(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField)


def _as_sent(value: Any) -> Any:
    """A text as browsers send it back: no text for nothing, line ends of their own, no seconds when these are zero."""
    if isinstance(value, list):
        return frozenset(value)
    if not isinstance(value, str):
        return "" if value is None else value
    return MOMENT.sub(r"\1", value.replace("\r\n", "\n").strip())


MOMENT = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}):00$")


def _clusters(section: Section, chips: Iterable[str], allowed: Mapping[str, FieldDefinition]) -> Section:
    """Every cluster, in the catalogue's order, with what the form says of some."""
    known = {place.field.name: place for place in section.places}
    places = tuple(known.get(name, Place(allowed[name])) for name in chips if name in allowed)
    return replace(section, columns=(places,))


def _with_only(section: Section, names: Container[str]) -> Section:
    columns = (tuple(place for place in column if place.field.name in names) for column in section.columns)
    return replace(section, columns=tuple(columns))


def _form_field(place: Place, opened: Opened, actor: Actor) -> forms.Field:
    field, record = place.field, opened.record
    made = fieldtypes.get(field.type).form_field(field)
    value = held(record, field.name) if record else _first_value(place, opened.given)
    made.initial = shown_value(field, value)
    _offer_retired_option(made, value)
    if _is_upload(made):
        made.widget = FilesInput(_shown_files(record, field, value) if record else [])
    made.disabled = place.read_only or not (may_write(actor, opened.entity, field) or may_upload(actor, opened.entity, field))
    if place.combo_box and is_relation(field) and not made.disabled:
        made.widget.attrs |= {
            "data-combobox": address_of(opened.entity, field),
            "data-title": title_of(value, field),
            "autocomplete": "off",
        }
    must_be_filled = made.required or place.required
    if must_be_filled and not isinstance(made, forms.BooleanField):
        made.label = _("%(label)s (required)") % {"label": field.label}
        made.widget.attrs["aria-required"] = "true"
    made.required = False
    made.help_text = _help(place, made, value)
    if chip := opened.chips.get(field.name):
        made.label = _chip_label(chip)
    return made


def _shown_files(record: Record, field: FieldDefinition, value: Any) -> list[ShownFile]:
    def url(name: str) -> str:
        return reverse("record-file", args=[record.entity.acronym, record.pk, field.name, name])

    return [ShownFile(one["name"], one["size"], url(one["name"])) for one in value or []]


def _help(place: Place, made: forms.Field, value: Any) -> SafeString:
    """Crispy would write the text as it is, so it is escaped here; a relationship leads to the other record."""
    said = conditional_escape(place.help_text or made.help_text)
    if not value or fieldtypes.get(place.field.type).kind != "relation":
        return said
    url = reverse("record-page", args=[place.field.options["entity"], value])
    shown = _("Open %(record)s") % {"record": title_of(value, place.field)}
    return format_html('{} <a href="{}">{}</a>', said, url, shown)


def _first_value(place: Place, given: Mapping[str, str]) -> Any:
    """What a new record's place shows: what its address gives it, else the form's default, else the field's."""
    field = place.field
    if field.name in given and not place.read_only:
        return default_value(replace(field, default=given[field.name]))
    of_form = default_value(replace(field, default=place.default)) if place.default is not None else None
    return default_value(field) if of_form is None else of_form


def _usual_value(entity: EntityDefinition, name: str) -> Any:
    """What a new record holds if nothing is sent, as its place would show it."""
    field = entity.field(name)
    return shown_value(field, default_value(field)) if field else None


def _offer_retired_option(made: forms.Field, value: Any) -> None:
    """A stored option that the field no longer offers stays chosen, instead of being cleared unseen by the next save."""
    if isinstance(made.widget, forms.Select | forms.CheckboxSelectMultiple):
        shown = made.initial if isinstance(made.initial, list) else [value]
        known = dict(made.widget.choices)
        made.widget.choices = [*made.widget.choices, *((one, one) for one in shown if one and one not in known)]


def _helper(opened: Opened) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes the form's tag and its token
    helper.layout = CrispyLayout("crm_version", *(_fieldset(section, opened.chips, opened.record) for section in opened.sections))
    return helper


def _fieldset(section: Section, chips: Mapping[str, ClusterChip], record: Record | None) -> Fieldset:
    if section.is_clusters:
        return Fieldset(section.title, *_switches(section, chips, record), css_class="record-section clusters")
    filled = [column for column in section.columns if column]
    columns = (Div(*(_input(place.field) for place in column), css_class="col") for column in filled)
    return Fieldset(
        section.title, Div(*columns, css_class=f"row row-cols-1 row-cols-md-{len(section.columns)}"), css_class="record-section"
    )


def _input(field: FieldDefinition) -> Field:
    """Crispy's own template for files shows one that is stored, and of several none."""
    return Field(field.name, template="records/_files.html") if field.type == "File" else Field(field.name)


def _switches(section: Section, chips: Mapping[str, ClusterChip], record: Record | None) -> Iterator[Div]:
    for place in section.places:
        switch = Field(place.field.name, wrapper_class="form-switch", role="switch")
        chip = chips[place.field.name]
        yield Div(switch, Markup(_about(place.field, chip, record)), css_class=f"cluster-switch chip-{chip.colour}")


def _about(field: FieldDefinition, chip: ClusterChip, record: Record | None) -> SafeString:
    """The cluster's rule, if it has one, the way to its page, and why this record is in or not."""
    rule = field.options.get("expression")
    shown = format_html("<code>{}</code> ", rule) if rule else ""
    about = _("About %(cluster)s") % {"cluster": chip.label}
    why = _why(chip, record) if record else ""
    return format_html('<span>{}{}<a href="{}">{}</a></span>', shown, why, chip.url, about)


def _why(chip: ClusterChip, record: Record) -> SafeString:
    # The cluster is said to whoever hears only the link.
    said = format_html('{}<span class="visually-hidden"> {}</span>', _("Why?"), chip.label)
    return format_html('<a href="{}why/{}/">{}</a> · ', chip.url, record.pk, said)


def _chip_label(chip: ClusterChip) -> SafeString:
    return format_html('<span class="chip chip-{}">{}</span>', chip.colour, chip.label)


@dataclass(frozen=True)
class Markup:
    """Finished markup within a layout. Not crispy's HTML, which would run a label as a template."""

    html: SafeString

    def render(self, *_args: object, **_kwargs: object) -> SafeString:  # crispy's protocol
        return self.html
