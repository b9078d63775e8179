"""Adds a field for a column that the review found none for."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema.errors import SchemaRefusal
from crm.schema.generated import current
from crm.worksheets.access import require_open
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import new_fields, reviewing
from crm.worksheets.review.reviewing import Review
from crm.worksheets.views.reviews import rehearsed


class ColumnFieldForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Label"), max_length=100, help_text=gettext_lazy("What people read on the form."))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=[(label, label) for label in new_fields.LIKELY])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("label", "type", Submit("add", _("Add and publish")))
        return helper


@require_http_methods(["GET", "POST"])
def new_field(request: SignedInRequest, number: int, position: int) -> HttpResponse:
    worksheet = get_object_or_404(
        Worksheet, number=number, job=None, purged_at=None, state__in=[WorksheetState.UPLOADED, WorksheetState.REHEARSED]
    )
    require_open(request.actor, worksheet)
    require(request.actor, "schema", worksheet.entity)
    if position >= len(worksheet.look.get("columns", [])):
        raise Http404
    review = reviewing.open_review(worksheet)
    if review.inspection.headers[position] in review.choices.map:
        return redirect(worksheet)
    form = ColumnFieldForm(request.POST or None, initial=_proposed(review, position) if request.method == "GET" else {})
    if request.method == "POST" and form.is_valid() and _added(request, review, position, form):
        with current.pinned(current.newest()):
            return _shown_again(request, worksheet)
    context = {"worksheet": worksheet, "column": review.inspection.columns[position], "form": form}
    return render(request, "worksheets/new_field.html", context, status=422 if form.is_bound else 200)


def _shown_again(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    """Rehearsed only where that is quick: there may be more columns to make fields for."""
    return rehearsed(request, reviewing.open_review(worksheet)) if reviewing.is_quick(worksheet) else redirect(worksheet)


def _proposed(review: Review, position: int) -> dict[str, Any]:  # Any: Django's own
    try:
        likely = new_fields.likely_type(review, position)
    except reviewing.REFUSALS:  # the file is gone: its page says so
        likely = new_fields.LIKELY[-1]
    return {"label": _as_label(review.inspection.headers[position]), "type": likely}


def _as_label(header: str) -> str:
    """`zip_code` as people write it."""
    words = header.replace("_", " ").strip()
    return (words[:1].upper() + words[1:])[:100]


def _added(request: SignedInRequest, review: Review, position: int, form: ColumnFieldForm) -> bool:
    chosen = form.cleaned_data
    try:
        made = new_fields.add(review, position, label=chosen["label"], type_label=chosen["type"], by=request.actor)
    except SchemaRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        _("The field %(label)s (%(name)s) is published and filled by this column.") % {"label": made.label, "name": made.name},
    )
    return True
