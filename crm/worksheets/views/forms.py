"""The form of an upload."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import uploads
from crm.schema.definitions import EntityDefinition

MOST_PASTED = 2_000_000  # characters, well below DATA_UPLOAD_MAX_MEMORY_SIZE
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods"


class UploadForm(forms.Form):
    entity = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    file = forms.FileField(label=gettext_lazy("Worksheet (csv, xlsx, xls or ods)"), required=False)
    pasted = forms.CharField(
        label=gettext_lazy("Or paste rows from a spreadsheet"),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea,
    )
    cluster = forms.CharField(required=False, widget=forms.HiddenInput)  # the field of the cluster that the list is for

    def __init__(self, *args: Any, entities: list[EntityDefinition], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [(entity.acronym, entity.name) for entity in entities]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["file"].help_text = _("The first row holds the names of the columns. Up to %s MB.") % settings.MAX_UPLOAD_MB
        self.fields["pasted"].help_text = _(
            "With the names of the columns as the first row. More than some ten thousand rows are better sent as a file."
        )
        self.fields["pasted"].widget.attrs |= {"rows": 4, "spellcheck": "false", "autocomplete": "off"}
        most = {"data-most-bytes": settings.MAX_UPLOAD_MB * 1024 * 1024, "data-too-large": self.too_large}
        self.fields["file"].widget.attrs |= {"accept": ACCEPTED, **most}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("entity", "file", "pasted", "cluster", Submit("upload", _("Upload and review")))
        return helper

    def clean_file(self) -> Any:  # Any: Django's uploaded file
        file = self.cleaned_data["file"]
        if file and (refusal := uploads.refusal([file])):
            raise forms.ValidationError(refusal)
        if file and file.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise forms.ValidationError(self.too_large)
        return file

    def clean(self) -> dict[str, Any]:  # Any: Django's own
        """What is pasted becomes a file; exactly one of both must be there."""
        data = super().clean() or self.cleaned_data
        is_pasted = bool(data.get("pasted", "").strip())
        if is_pasted and data.get("file"):
            raise forms.ValidationError(_("Choose a file or paste rows, not both."))
        if is_pasted:
            data["file"] = SimpleUploadedFile(_("pasted rows") + ".tsv", data["pasted"].encode())
            if data["file"].size > settings.MAX_UPLOAD_MB * 1024 * 1024:
                self.add_error("pasted", _("These rows are more than %s MB.") % settings.MAX_UPLOAD_MB)
        elif not data.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose a file, or paste rows below."))
        return data

    @property
    def too_large(self) -> str:
        return _("The file is larger than %s MB.") % settings.MAX_UPLOAD_MB
