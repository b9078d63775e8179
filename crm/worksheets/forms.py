"""Forms of an import: the upload, and the review."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.definitions import EntityDefinition
from crm.worksheets import mapping

IGNORE = "-"


class UploadForm(forms.Form):
    entity = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    file = forms.FileField(label=gettext_lazy("Worksheet (csv, xlsx, xls or ods)"))

    def __init__(self, *args: Any, entities: list[EntityDefinition], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [(entity.acronym, entity.name) for entity in entities]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["file"].help_text = _("The first row holds the names of the columns. Up to %s MB.") % settings.MAX_UPLOAD_MB

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("entity", "file", Submit("upload", _("Upload and review")))
        return helper

    def clean_file(self) -> Any:  # Any: Django's uploaded file
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than %s MB.") % settings.MAX_UPLOAD_MB)
        return file


class ReviewForm(forms.Form):
    """Each guess, changeable: the key, the mode, and a field for each column."""

    key = forms.ChoiceField(label=gettext_lazy("Rows find their record by"))
    mode = forms.ChoiceField(
        label=gettext_lazy("What may happen"),
        choices=[
            ("upsert", gettext_lazy("Create and update")),
            ("update", gettext_lazy("Update only")),
            ("create", gettext_lazy("Create only")),
        ],
    )

    def __init__(self, *args: Any, headers: list[str], entity: EntityDefinition, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.headers = headers
        unique = [(field.name, field.label) for field in entity.visible_fields if field.unique]
        self.fields["key"].choices = [("id", _("Record id")), *unique]  # type: ignore[attr-defined]  # a ChoiceField
        fields = [(IGNORE, _("Ignore this column")), ("id", "id")]
        fields += [(field.name, f"{field.label} ({field.name})") for field in entity.visible_fields if field.column]
        for position, header in enumerate(headers):
            self.fields[f"column_{position}"] = forms.ChoiceField(label=header, choices=fields)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("rehearse", _("Rehearse")))
        return helper

    def choices(self) -> dict[str, Any]:
        picked = {header: self.cleaned_data[f"column_{i}"] for i, header in enumerate(self.headers)}
        return {
            "keys": [self.cleaned_data["key"]],
            "mode": self.cleaned_data["mode"],
            "map": {header: name for header, name in picked.items() if name != IGNORE},
            "ignore": [header for header, name in picked.items() if name == IGNORE],
        }


def guesses(headers: list[str], entity: EntityDefinition) -> dict[str, str]:
    """Initial values of the review: columns by likeness, the first mapped unique field as the key."""
    picked = {f"column_{i}": mapping.suggestion(header, entity) or IGNORE for i, header in enumerate(headers)}
    names = list(picked.values())
    once = {column: name if names.index(name) == i else IGNORE for i, (column, name) in enumerate(picked.items())}
    unique = [field.name for field in entity.visible_fields if field.unique and field.name in names]
    key = "id" if "id" in names or not unique else unique[0]
    return {**once, "key": key, "mode": "upsert"}
