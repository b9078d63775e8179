"""A form that asks for a name in each language of the pages."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

LONGEST = 100
PREFIX = "label-"


def label_inputs(labels: Mapping[str, str], words: str) -> dict[str, forms.CharField]:
    """An input for each language, by its name in the form; `words` are its label, with a place for the language."""
    return {
        f"{PREFIX}{code}": forms.CharField(
            label=words % _(str(language)), max_length=LONGEST, required=False, initial=labels.get(code, "")
        )
        for code, language in settings.LANGUAGES
    }


def labels_typed(cleaned: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:  # Any: form values
    """What was typed, by language, without those that were left empty; languages that the form did not show keep their label."""
    typed = {code: cleaned.get(f"{PREFIX}{code}", "") for code, _language in settings.LANGUAGES}
    return {code: label for code, label in {**before, **typed}.items() if label}


class NamedForm(forms.Form):
    """One language is enough: pages in the others show that name too."""

    action = ""  # label of the button

    def __init__(self, *args: Any, labels: Mapping[str, str], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.before = labels
        self.fields |= label_inputs(labels, _("Name (%s)"))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", self.action))
        return helper

    def labels(self) -> dict[str, str]:
        return labels_typed(self.cleaned_data, self.before)

    def clean(self) -> dict[str, Any]:
        if not self.labels():
            raise forms.ValidationError(_("Give it a name in one language at least."))
        return self.cleaned_data
