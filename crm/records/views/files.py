"""Files of a record, given out to whoever may read it: always to be saved, never to be run or shown by a browser."""

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records.access import record_for
from crm.records.writing import attachments

# Whatever the file pretends to be.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@require_safe
def record_file(request: SignedInRequest, acronym: str, record_id: str, field: str, name: str) -> FileResponse:
    record = record_for(request.actor, "read", acronym, record_id)
    definition = record.entity.field(field)
    if definition is None or definition.type != "File":
        raise Http404(_("There is no such field."))
    require(request.actor, "read", acronym, field)
    attachment = attachments.find(record, field, name)
    try:
        content = attachment.file.open("rb") if attachment else None
    except FileNotFoundError:
        content = None
    if content is None:
        raise Http404(_("There is no such file."))
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream", headers=HEADERS)
