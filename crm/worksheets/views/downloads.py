"""Downloads: exports, templates, the refused rows of an import, and what it changed."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import http_date
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records.access import model_for
from crm.records.errors import BadQuery
from crm.records.layouts import layout_of
from crm.records.models import ChangeSet
from crm.schema.generated import current
from crm.worksheets.access import worksheet_for
from crm.worksheets.errors import DoesNotFit, InvalidMapping, UnreadableWorksheet
from crm.worksheets.exporting import before_image as image
from crm.worksheets.exporting import template
from crm.worksheets.exporting.export import ExportStream
from crm.worksheets.exporting.file_formats import requested_format
from crm.worksheets.formats.writing import FORMATS, WriteFormat
from crm.worksheets.importing import report
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.views.exports import refused, requested_export


@require_GET
def error_worksheet(request: SignedInRequest, number: int) -> HttpResponse | StreamingHttpResponse:
    worksheet = worksheet_for(request.actor, number)
    try:
        prepared = prepare(worksheet)
    except (UnreadableWorksheet, InvalidMapping) as refusal:
        messages.error(request, str(refusal))
        return redirect(worksheet)
    form = report.error_format(prepared)
    return download(report.error_chunks(prepared, form), form, f"errors-{worksheet.number}")


@require_GET
def before_image(request: SignedInRequest, number: int) -> HttpResponse | StreamingHttpResponse:
    """What the import changed, as it was before; `_format` and `_delimiter` as of an export."""
    worksheet = worksheet_for(request.actor, number)
    require(request.actor, "export", worksheet.entity)
    change_set = get_object_or_404(ChangeSet, pk=worksheet.change_set or 0)
    model = current.models()[worksheet.entity]
    entity = model.entity
    fields = image.fields_of(change_set, entity, request.actor)
    try:
        form = requested_format(request.GET)
    except InvalidMapping as refusal:
        return refused(request, model, refusal)
    facts = {"rows": image.updates(change_set).count(), "fields": [field.name for field in fields], "format": form.name}
    record_event(request.actor, "export", subject=f"{worksheet.entity} before #{worksheet.number}", details=facts)
    return download(image.chunks(change_set, model, form, fields=fields, actor=request.actor), form, f"before-{worksheet.number}")


@require_GET
def export_file(request: SignedInRequest, acronym: str) -> HttpResponse | StreamingHttpResponse:
    """The records of the list at the same parameters, in its order; `_format` and `_column` choose the format and the columns."""
    model = model_for(request.actor, "export", acronym)
    try:
        form = requested_format(request.GET)
        opened = ExportStream(requested_export(model, request.GET, actor=request.actor), form)
    except (BadQuery, InvalidMapping, DoesNotFit) as refusal:
        return refused(request, model, refusal)
    record_event(request.actor, "export", subject=acronym, details=opened.facts)
    response = download(opened, form, f"{acronym}-{localtime(opened.at):%Y-%m-%dT%H%M%S}")
    response["Last-Modified"] = http_date(opened.at.timestamp())  # the moment that the file shows
    return response


@require_GET
def template_file(request: SignedInRequest, acronym: str) -> HttpResponse | StreamingHttpResponse:
    """An empty workbook with the fields of the form `_form`, or of the default one."""
    model = model_for(request.actor, "import", acronym)
    try:
        layout = layout_of(model.entity, request.GET.get("_form", ""), actor=request.actor)
    except BadQuery as refusal:
        return refused(request, model, refusal)
    places = template.template_columns(model.entity, layout, actor=request.actor)
    return download(template.chunks(model.entity, places), FORMATS["xlsx"], f"{acronym}-template")


class StartedDownload:
    """A file whose first piece is made before the response begins: what
    fails until then, as on a full disk, still gets an error page."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._rest = iter(chunks)
        self._first = next(self._rest, b"")

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._rest

    def close(self) -> None:
        """Called by Django, also when the client goes away."""
        if close := getattr(self._chunks, "close", None):
            close()


def download(chunks: Iterable[bytes], form: WriteFormat, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(StartedDownload(chunks), content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form.name}"'
    return response
