"""The complete lists whose first entries the review shows, page by page; each is also a fragment."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from crm.extensions import extensions
from crm.parameters import number_parameter, text_parameter
from crm.people.requests import SignedInRequest
from crm.schema.generated import current
from crm.worksheets.access import worksheet_for
from crm.worksheets.importing import rehearsing
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import findings

PAGE_SIZE = 50


@require_safe
def changes(request: SignedInRequest, number: int) -> HttpResponse:
    """`_field` narrows to the cells of one field."""
    worksheet, name = worksheet_for(request.actor, number), text_parameter(request.GET, "_field")
    if not _is_rehearsed(worksheet):
        return redirect(worksheet)
    entity, after = current.entity(worksheet.entity), number_parameter(request.GET, "_after", 0)
    chips = extensions.cluster_fields(entity.acronym)
    page = findings.changes(prepare(worksheet), request.actor, chips, after=after, limit=PAGE_SIZE, name=name)
    cells = findings.cells_by_field(worksheet.last_rehearsal, entity)
    context = {"worksheet": worksheet, "entity": entity, "changes": page, "name": name, "cells": cells}
    return render(request, "worksheets/changes.html", context)


@require_safe
def rows(request: SignedInRequest, number: int, outcome: str) -> HttpResponse:
    if outcome not in findings.OUTCOMES:
        raise Http404
    worksheet = worksheet_for(request.actor, number)
    if not _is_rehearsed(worksheet):
        return redirect(worksheet)
    page = findings.rows(prepare(worksheet), outcome, after=number_parameter(request.GET, "_after", 0), limit=PAGE_SIZE)
    context = {"worksheet": worksheet, "entity": current.entity(worksheet.entity), "page": page, "outcome": outcome}
    return render(request, "worksheets/rows.html", context)


@require_safe
def refused(request: SignedInRequest, number: int) -> HttpResponse:
    """The refused cells, or with `_left_out` those that were left out while the rest of their row was taken."""
    worksheet = worksheet_for(request.actor, number)
    is_left_out = "_left_out" in request.GET
    source = worksheet.left_out_cells if is_left_out else worksheet.row_errors
    cells = list(source.order_by("pk").filter(pk__gt=number_parameter(request.GET, "_after", 0))[: PAGE_SIZE + 1])
    next_after = cells[PAGE_SIZE - 1].pk if len(cells) > PAGE_SIZE else None
    context = {"worksheet": worksheet, "row_errors": cells[:PAGE_SIZE], "next": next_after, "is_left_out": is_left_out}
    return render(request, "worksheets/refused.html", context)


def _is_rehearsed(worksheet: Worksheet) -> bool:
    """There is something to list only while its rows are staged; at other times its own page shows the state."""
    return worksheet.state == WorksheetState.REHEARSED and rehearsing.is_staged(worksheet)
