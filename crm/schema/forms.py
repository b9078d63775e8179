"""Forms of the schema editor."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from crm.schema import adding, fieldtypes
from crm.schema.definitions import FieldDefinition


class NewFieldForm(forms.Form):
    """A field to add; the name may be left for the label to propose."""

    label = forms.CharField(label=_("Label"), max_length=100, help_text=_("What people read on the form."))
    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        required=False,
        help_text=_("The word in worksheets, rules and the API; made from the label if empty. It cannot be changed later."),
    )
    type = forms.ChoiceField(label=_("Type"))
    choices = forms.CharField(
        label=_("Options"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For a Choice: one a line.")
    )
    description = forms.CharField(label=_("Description"), max_length=750, required=False)
    required = forms.BooleanField(label=_("Required"), required=False)
    unique = forms.BooleanField(label=_("Unique"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(label, label) for label in fieldtypes.labels()]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("add", _("Add and publish")))
        return helper

    def definition(self, proposed_name: str) -> FieldDefinition:
        """Raises InvalidField."""
        cleaned = self.cleaned_data
        return adding.new_definition(
            cleaned["name"] or proposed_name,
            cleaned["type"],
            label=cleaned["label"],
            description=cleaned["description"],
            required=cleaned["required"],
            unique=cleaned["unique"],
            options={"choices": cleaned["choices"]} if cleaned["choices"] else {},
        )


class FieldOptionsForm(forms.Form):
    """What may change of a field without touching its column."""

    label = forms.CharField(label=_("Label"), max_length=100)
    description = forms.CharField(label=_("Description"), max_length=750, required=False)
    searchable = forms.BooleanField(label=_("Searchable"), required=False)
    filterable = forms.BooleanField(label=_("Filterable"), required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", _("Save and publish")))
        return helper
