"""The list of an entity's records."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from crm.extensions import ListAction, ListedCluster, extensions
from crm.parameters import text_parameter
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.records.access import model_for, readable
from crm.records.cells import RecordRow, chips_of, rows_of, with_clusters, with_labels
from crm.records.errors import BadQuery, InvalidRecord
from crm.records.layouts import Layout, layout_of
from crm.records.lists.filter_inputs import read_filters
from crm.records.lists.highlighting import highlights_of
from crm.records.lists.list_query import ListQuery, with_default_rule
from crm.records.lists.listing import Listing, canonical_address, read_listing
from crm.records.record_ids import named_id
from crm.schema.record import Record


@require_safe
def record_list(request: SignedInRequest, acronym: str) -> HttpResponse:
    model = model_for(request.actor, "read", acronym)
    query = ListQuery.of(request.GET, raw=request.META.get("QUERY_STRING", ""))
    try:
        layout = layout_of(model.entity, query.one("_form"), actor=request.actor)
    except BadQuery as refusal:
        return render(request, "records/refused.html", {"entity": model.entity, "reason": str(refusal)}, status=400)
    query, problem = with_default_rule(query, model, layout, actor=request.actor)
    clusters = extensions.clusters(request.actor, acronym)
    filters = read_filters(model.entity, layout, query, actor=request.actor, clusters=clusters)
    context = {"entity": model.entity, "layout": layout, "filters": filters, "deleted": _deleted(request, model)}
    context |= {"query_problem": problem, "everything": query.everything}
    context |= {f"may_{verb}": may(request.actor, verb, acronym) for verb in ("write", "import", "export")}
    try:
        if query.is_typed:
            return redirect(request.path + canonical_address(model.entity, query, actor=request.actor))
        context |= _found(request, model, layout, query, clusters)
    except BadQuery as refusal:
        return render(request, "records/list.html", context | {"refusal": refusal}, status=400)
    return render(request, "records/list.html", context)


def _found(
    request: SignedInRequest, model: type[Record], layout: Layout, query: ListQuery, clusters: Sequence[ListedCluster]
) -> dict[str, object]:
    listing = read_listing(model, layout, query, actor=request.actor, clusters=clusters)
    return {
        "listing": listing,
        "rows": _rows(request, listing, layout, query),
        "is_whole": not listing.active,  # nothing narrows the list, so that no rows means no records
        "list_actions": _list_actions(request, listing),
    }


def _list_actions(request: SignedInRequest, listing: Listing) -> list[ListAction]:
    if not listing.active:
        return []
    return extensions.list_actions(request.actor, listing.entity.acronym, listing.rule, listing.narrowing)


def _rows(request: SignedInRequest, listing: Listing, layout: Layout, query: ListQuery) -> list[RecordRow]:
    columns, records = listing.columns, listing.page.rows
    rows = rows_of(records, columns, listing.entity, chips_of(listing.clusters))
    if listing.clusters_at is not None:
        rows = with_clusters(rows, listing.clusters_at, listing.clusters)
    rows = with_labels(rows, [heading.label for heading in listing.headings])
    highlighted = [field for field in readable(request.actor, listing.entity, layout.highlights) if field not in columns]
    if not query.keyword or not highlighted:
        return rows
    found = highlights_of(records, highlighted, query.keyword)
    return [replace(row, highlights=highlights) for row, highlights in zip(rows, found, strict=True)]


def _deleted(request: SignedInRequest, model: type[Record]) -> str:
    """The id of a record just deleted, while it can still be restored."""
    if "_deleted" not in request.GET or not may(request.actor, "delete", model.entity.acronym):
        return ""
    try:
        record_id = named_id(text_parameter(request.GET, "_deleted"), model)
    except InvalidRecord:
        return ""
    return "" if model.objects.filter(pk=record_id).exists() else record_id
