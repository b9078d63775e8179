"""How the inputs of a record page are laid out: sections with one column or two, clusters with a switch each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.extensions import ClusterChip
from crm.records.layouts import Section
from crm.records.opening import Opened
from crm.schema.definitions import FieldDefinition
from crm.schema.record import Record


def laid_out(opened: Opened, *before: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes the form's tag and its token
    helper.layout = Layout(*before, *(_fieldset(section, opened.chips, opened.record) for section in opened.sections))
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


@dataclass(frozen=True)
class Markup:
    """Finished markup within a layout. Not crispy's HTML, which would run a label as a template."""

    html: SafeString

    def render(self, *_args: object, **_kwargs: object) -> SafeString:  # crispy's protocol
        return self.html
