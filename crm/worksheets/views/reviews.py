"""One page of review, and the report that it becomes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.jobs import running
from crm.jobs.models import Job
from crm.people.requests import SignedInRequest
from crm.people.rules import require
from crm.schema import current
from crm.worksheets import reading, rehearsing, starting
from crm.worksheets.choices import Choices
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.forms import ReviewForm, guesses
from crm.worksheets.models import State, Worksheet

AT_ONCE = 5_000  # rows: fewer are imported while the page is awaited
ERRORS_SHOWN = 200
REFUSALS = (UnreadableWorksheet, InvalidMapping, NothingWritten)


@require_http_methods(["GET", "POST"])
def worksheet_page(request: SignedInRequest, number: int) -> HttpResponse:
    worksheet = get_object_or_404(Worksheet, number=number)
    require(request.actor, "import", worksheet.entity)
    if worksheet.state not in {State.UPLOADED, State.REHEARSED} or worksheet.job:
        return _report(request, worksheet)
    if request.method == "POST" and "import" in request.POST:
        return _import(request, worksheet)
    return _review(request, worksheet)


def _review(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    entity = current.entity(worksheet.entity)
    with worksheet.file.open("rb") as file:
        form_of_file = reading.found_format(file)
        headers = reading.header_of(file, form_of_file)
    form = ReviewForm(request.POST or None, headers=headers, entity=entity, initial=guesses(headers, entity))
    if request.method == "POST" and form.is_valid():
        worksheet.choices = Choices(**form.choices()).to_json()
        worksheet.save(update_fields=["choices"])
        try:
            rehearsing.rehearse_only(worksheet)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    elif worksheet.state == State.REHEARSED:
        chosen = worksheet.choices
        columns = {f"column_{i}": chosen["map"].get(header, "-") for i, header in enumerate(headers)}
        form = ReviewForm(headers=headers, entity=entity, initial={**columns, "key": chosen["keys"][0], "mode": chosen["mode"]})
    context = {"worksheet": worksheet, "form": form, "format": form_of_file, **_rehearsed(worksheet)}
    return render(request, "worksheets/review.html", context, status=422 if form.errors else 200)


def _rehearsed(worksheet: Worksheet) -> dict[str, object]:
    counts = worksheet.counts
    changing = counts.get("created", 0) + counts.get("updated", 0)
    return {"counts": counts, "changing": changing, "row_errors": worksheet.row_errors.all()[:ERRORS_SHOWN]}


def _import(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    if worksheet.counts.get("rows", 0) > AT_ONCE:
        starting.start_import(worksheet, by=request.actor)
        return redirect(worksheet)
    try:
        running.run_here(starting.prepare_import(worksheet, by=request.actor))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The worksheet is imported."))
    return redirect(worksheet)


def _report(request: SignedInRequest, worksheet: Worksheet) -> HttpResponse:
    job = Job.objects.filter(pk=worksheet.job).first() if worksheet.job else None
    context = {"worksheet": worksheet, "job": job, **_rehearsed(worksheet)}
    return render(request, "worksheets/report.html", context)
