"""How the inputs of a record page are laid out: sections with one column or two; clusters have a place of their own."""

from collections.abc import Container
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.records.forms.conditions import is_conditional
from crm.records.forms.record_view import RecordView
from crm.records.layouts import FieldPlace, Section


def build_layout(view: RecordView, unseen: Container[str], *before: str) -> FormHelper:
    """`unseen` are fields that a rule of the form hides: they stay in the page, since other inputs may show them."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes the form's tag and its token
    helper.template = "records/_layout.html"
    helper.layout = Layout(*before, *(_fieldset(section, unseen) for section in view.sections if not section.is_clusters))
    return helper


class Titled(Fieldset):
    """With a name that is text: crispy would run it as a template."""

    def render(self, form: object, context: object, template_pack: object = None, **kwargs: object) -> SafeString:
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        parts = (self.css_class, self.flat_attrs, self.legend, inner)
        return format_html('<fieldset class="{}"{}><legend>{}</legend>{}</fieldset>', *parts)


def _fieldset(section: Section, unseen: Container[str]) -> Fieldset:
    """Hidden while all of its fields are."""
    hidden = {} if any(place.field.name not in unseen for place in section.places) else {"hidden": True}
    return Titled(section.title, _columns(section, unseen), css_class="record-section", **hidden)


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
