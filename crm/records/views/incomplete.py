"""The report of incomplete records of an entity."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.parameters import text_parameter
from crm.people.requests import SignedInRequest
from crm.records.access import model_for
from crm.records.errors import BadQuery
from crm.records.layouts import layout_of
from crm.records.lists.incomplete import incomplete_records


@require_safe
def incomplete(request: SignedInRequest, acronym: str) -> HttpResponse:
    model = model_for(request.actor, "read", acronym)
    try:
        layout = layout_of(model.entity, text_parameter(request.GET, "_form"), actor=request.actor)
    except BadQuery as refusal:
        raise Http404(str(refusal)) from refusal
    report = incomplete_records(model, layout, actor=request.actor)
    return render(request, "records/incomplete.html", {"entity": model.entity, "layout": layout, "report": report})
