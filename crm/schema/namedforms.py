"""A form that asks for a name in each language of the pages."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

LONGEST = 100


class NamedForm(forms.Form):
    """One language is enough: pages in the others show that name too."""

    action = ""  # what the button says

    def __init__(self, *args: Any, labels: Mapping[str, str], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            words = {"label": _("Name (%s)") % _(language), "initial": labels.get(code, "")}
            self.fields[f"label-{code}"] = forms.CharField(max_length=LONGEST, required=False, **words)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", self.action))
        return helper

    def labels(self) -> dict[str, str]:
        said = {code: self.cleaned_data.get(f"label-{code}", "") for code, _language in settings.LANGUAGES}
        return {code: label for code, label in said.items() if label}

    def clean(self) -> dict[str, Any]:
        if not self.labels():
            raise forms.ValidationError(_("Give it a name in one language at least."))
        return self.cleaned_data
