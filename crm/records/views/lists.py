"""The list of an entity's records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.rules import may
from crm.records.access import model_for
from crm.records.cells import rows_of
from crm.records.errors import BadQuery
from crm.records.listing import read_listing
from crm.schema.record import Record


@require_safe
def record_list(request: HttpRequest, acronym: str) -> HttpResponse:
    model = model_for(request.actor, "read", acronym)
    try:
        asked = {name: str(value) for name, value in request.GET.items()}
        listing = read_listing(model, asked, actor=request.actor)
    except BadQuery as refusal:
        return render(request, "records/refused.html", {"entity": model.entity, "reason": str(refusal)}, status=400)
    context = {
        "entity": model.entity,
        "listing": listing,
        "rows": rows_of(listing.page.rows, [heading.field for heading in listing.headings], model.entity),
        "deleted": _deleted(request, model),
        "may_write": may(request.actor, "write", acronym),
        "may_import": may(request.actor, "import", acronym),
        "may_export": may(request.actor, "export", acronym),
        "is_whole": not listing.active,  # nothing narrows the list, so that no rows means no records
    }
    return render(request, "records/list.html", context)


def _deleted(request: HttpRequest, model: type[Record]) -> str:
    """The id of a record just deleted, while it can still be restored."""
    record_id = request.GET.get("_deleted", "")[:100].replace("\0", "")
    if not record_id or not may(request.actor, "delete", model.entity.acronym):
        return ""
    return "" if model.objects.filter(pk=record_id).exists() else record_id
