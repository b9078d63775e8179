"""Pages of imports: list, upload, one page of review, progress and report; the download of an export."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.jobs import running
from crm.jobs.models import Job
from crm.people.auditing import record_event
from crm.people.requests import SignedInRequest
from crm.people.rules import may, require
from crm.records.access import model_for
from crm.records.asked import Asked
from crm.records.errors import BadQuery
from crm.records.listing import asked_records
from crm.schema import current
from crm.worksheets import exporting, reading, rehearsing, reporting, starting
from crm.worksheets.choices import Choices
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.forms import ReviewForm, UploadForm, guesses
from crm.worksheets.models import State, Worksheet

AT_ONCE = 5_000  # rows: fewer are imported while the page is awaited
ERRORS_SHOWN = 200
REFUSALS = (UnreadableWorksheet, InvalidMapping, NothingWritten)


@require_GET
def worksheet_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read")
    context = {"worksheets": Worksheet.objects.select_related("created_by")[:200], "may_import": may(request.actor, "import")}
    return render(request, "worksheets/list.html", context)


@require_http_methods(["GET", "POST"])
def new_worksheet(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "import")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        entities=request.entities,
        initial={"entity": request.GET.get("entity", "CL")},
    )
    if request.method == "POST" and form.is_valid():
        file, entity = form.cleaned_data["file"], form.cleaned_data["entity"]
        require(request.actor, "import", entity)
        try:
            reading.header_of(file, reading.found_format(file))
        except UnreadableWorksheet as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(Worksheet.objects.create(entity=entity, name=file.name[:255], file=file, created_by=request.user))
    return render(request, "worksheets/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def worksheet_page(request: SignedInRequest, number: int) -> HttpResponse:
    worksheet = get_object_or_404(Worksheet, number=number)
    require(request.actor, "import", worksheet.entity)
    if worksheet.state not in {State.UPLOADED, State.REHEARSED} or worksheet.job:
        return _report(request, worksheet)
    if request.method == "POST" and "import" in request.POST:
        return _import(request, worksheet)
    return _review(request, worksheet)


@require_GET
def error_worksheet(request: SignedInRequest, number: int) -> StreamingHttpResponse:
    worksheet = get_object_or_404(Worksheet, number=number)
    require(request.actor, "import", worksheet.entity)
    rows = (exporting.csv_line(row) for row in reporting.error_rows(worksheet))
    return _download(rows, f"errors-{worksheet.number}.csv")


@require_GET
def export(request: SignedInRequest, acronym: str) -> HttpResponse | StreamingHttpResponse:
    """The records of the list at the same parameters, in its order."""
    model = model_for(request.actor, "export", acronym)
    try:
        records, sort = asked_records(model, Asked.of(request.GET), actor=request.actor)
    except BadQuery as refusal:
        return render(request, "records/refused.html", {"entity": model.entity, "reason": str(refusal)}, status=400)
    fields = exporting.all_fields(model.entity)
    record_event(request.actor, "export", subject=acronym, details={"fields": fields, "records": records.count()})
    return _download(exporting.lines(exporting.sorted_by(records, str(sort)), fields), f"{acronym}.csv")


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


def _download(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
