"""How the inputs of a record page are laid out: sections with one column or two, clusters with a switch each."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.extensions import ClusterChip
from crm.records.forms.conditions import is_conditional
from crm.records.forms.record_view import RecordView
from crm.records.layouts import FieldPlace, Section
from crm.schema.definitions import FieldDefinition
from crm.schema.record import Record


def build_layout(view: RecordView, unseen: Container[str], *before: str) -> FormHelper:
    """`unseen` are fields that a rule of the form hides: they stay in the page, since other inputs may show them."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes the form's tag and its token
    helper.template = "records/_layout.html"
    helper.layout = Layout(*before, *(_fieldset(section, view, unseen) for section in view.sections))
    return helper


class Titled(Fieldset):
    """With a name that is text: crispy would run it as a template."""

    def render(self, form: object, context: object, template_pack: object = None, **kwargs: object) -> SafeString:
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        parts = (self.css_class, self.flat_attrs, self.legend, inner)
        return format_html('<fieldset class="{}"{}><legend>{}</legend>{}</fieldset>', *parts)


def _fieldset(section: Section, view: RecordView, unseen: Container[str]) -> Fieldset:
    """Hidden while all of its fields are."""
    kind = "record-section clusters" if section.is_clusters else "record-section"
    hidden = {} if any(place.field.name not in unseen for place in section.places) else {"hidden": True}
    parts = _switches(section, view, unseen) if section.is_clusters else [_columns(section, unseen)]
    return Titled(section.title, *parts, css_class=kind, **hidden)


def _columns(section: Section, unseen: Container[str]) -> Div:
    filled = [column for column in section.columns if column]
    columns = (Div(*(_input(place, unseen) for place in column), css_class="col") for column in filled)
    return Div(*columns, css_class=f"row row-cols-1 row-cols-md-{len(section.columns)}")


def _input(place: FieldPlace, unseen: Container[str]) -> Field | Div:
    """Crispy's own template for files shows one that is stored, and of several none."""
    field = place.field
    made = Field(field.name, template="records/_files.html") if field.type == "File" else Field(field.name)
    return Div(made, **_marks(place, unseen)) if is_conditional(place) else made


def _marks(place: FieldPlace, unseen: Container[str]) -> dict[str, Any]:  # Any: attributes
    """By which the page's script finds a place that what is typed may show and hide."""
    is_hidden = {"hidden": True} if place.field.name in unseen else {}
    return {"data_place": place.field.name, **is_hidden} if is_conditional(place) else {}


def _switches(section: Section, view: RecordView, unseen: Container[str]) -> Iterator[Div]:
    for place in section.places:
        switch = Field(place.field.name, wrapper_class="form-switch", role="switch")
        chip = view.chips[place.field.name]
        about = Markup(_chip_notes(place.field, chip, view.record))
        yield Div(switch, about, css_class=f"cluster-switch chip-{chip.colour}", **_marks(place, unseen))


def _chip_notes(field: FieldDefinition, chip: ClusterChip, record: Record | None) -> SafeString:
    """The cluster's rule, if it has one, the way to its page, and why this record is in or not."""
    rule = field.options.get("expression")
    shown = format_html("<code>{}</code> ", rule) if rule else ""
    about = _("About %(cluster)s") % {"cluster": chip.label}
    why = _why(chip, record) if record else ""
    return format_html('<span>{}{}<a href="{}">{}</a></span>', shown, why, chip.url, about)


def _why(chip: ClusterChip, record: Record) -> SafeString:
    # For screen readers, which may read the link alone.
    text = format_html('{}<span class="visually-hidden"> {}</span>', _("Why?"), chip.label)
    return format_html('<a href="{}why/{}/">{}</a> · ', chip.url, record.pk, text)


@dataclass(frozen=True)
class Markup:
    """Finished markup within a layout. Not crispy's HTML, which would run a label as a template."""

    html: SafeString

    def render(self, *_args: object, **_kwargs: object) -> SafeString:  # crispy's protocol
        return self.html
