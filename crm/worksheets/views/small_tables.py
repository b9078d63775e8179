"""A small table by page: downloaded, uploaded, compared with what is stored, and imported when a person agrees."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from crm import uploads
from crm.people.actors import Actor
from crm.people.requests import SignedInRequest
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.writing import FORMATS
from crm.worksheets.small_tables import SmallTableResource, file_chunks, previewed, read_table
from crm.worksheets.views.downloads import download
from crm.worksheets.views.forms import ACCEPTED

LARGEST = 2 * 1024 * 1024  # bytes of a file, and of the rows that the page sends back


@dataclass(frozen=True)
class SmallTablePage:
    """`name` is the file's without its ending, `back` the address of the table's own page."""

    title: str
    lead: str
    name: str
    back: str
    resource: Callable[[Actor], SmallTableResource]


class SmallTableForm(forms.Form):
    """A file; or the rows of the one that was previewed, which the page sends back."""

    file = forms.FileField(label=gettext_lazy("Worksheet (csv, xlsx, xls or ods)"), required=False)
    rows = forms.CharField(required=False, strip=False, max_length=LARGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs |= {"accept": ACCEPTED, "class": "form-control"}
        self.dataset = Dataset()

    def clean(self) -> dict[str, object]:
        """Reads the rows into `dataset`."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file and (refusal := uploads.refusal([file])):
            raise forms.ValidationError(refusal)
        source = file.read(LARGEST + 1) if file else str(data.get("rows", "")).encode()
        if not source or len(source) > LARGEST:
            raise forms.ValidationError(_("Choose a file of at most %s MB.") % (LARGEST // 1024**2))
        try:
            self.dataset = read_table(BytesIO(source))
        except UnreadableWorksheet as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return data


def small_table_page(request: SignedInRequest, page: SmallTablePage) -> HttpResponse | StreamingHttpResponse:
    """`_format` downloads; a posted file is previewed, and imported with `do=import`."""
    if request.method == "GET" and (form := FORMATS.get(request.GET.get("_format", ""))):
        return download(file_chunks(page.resource(request.actor).export(), form, title=page.title), form, page.name)
    upload = SmallTableForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"page": page, "form": upload, "formats": FORMATS.values()}
    if request.method != "POST":
        return render(request, "worksheets/small_table.html", context)
    if not upload.is_valid():
        return render(request, "worksheets/small_table.html", context, status=422)
    return _read(request, page, upload.dataset, context)


def _read(request: SignedInRequest, page: SmallTablePage, dataset: Dataset, context: dict[str, object]) -> HttpResponse:
    result = page.resource(request.actor).import_data(dataset, dry_run=True)
    is_good = not (result.has_errors() or result.has_validation_errors())
    if is_good and request.POST.get("do") == "import":
        result = page.resource(request.actor).import_data(dataset)
        if not (result.has_errors() or result.has_validation_errors()):
            counts = {"created": result.totals["new"], "changed": result.totals["update"], "unchanged": result.totals["skip"]}
            messages.success(request, _("%(created)s created, %(changed)s changed, %(unchanged)s unchanged.") % counts)
            return redirect(page.back)
        is_good = False
    problems = [str(error.error) for error in result.base_errors]
    found = {"rows": previewed(result), "headers": result.diff_headers, "problems": problems, "is_good": is_good}
    is_needed = bool(result.totals["new"] or result.totals["update"])
    context |= {**found, "is_needed": is_needed, "packed": dataset.export("csv")}
    return render(request, "worksheets/small_table.html", context, status=200 if is_good else 422)
