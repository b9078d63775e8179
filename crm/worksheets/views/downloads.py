"""Files that go out: an export, and the refused rows of an import."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crm.people.auditing import record_event
from crm.people.requests import SignedInRequest
from crm.people.rules import require
from crm.records.access import model_for
from crm.records.asked import Asked
from crm.records.errors import BadQuery
from crm.records.listing import asked_records
from crm.worksheets import exporting, reporting
from crm.worksheets.models import Worksheet


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


def _download(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
