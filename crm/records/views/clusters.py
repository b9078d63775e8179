"""Clusters that a page asks for when somebody looks for them: to filter a list, to switch one on a record's form."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.extensions import extensions
from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records.access import model_for, record_for
from crm.records.forms.record_clusters import ClustersAsked
from crm.records.forms.record_form import RecordForm, shown_boxes
from crm.records.forms.record_view import build_record_view
from crm.records.lists.filter_inputs import cluster_picker
from crm.records.lists.list_query import ListQuery
from crm.records.views.pages import requested_layout

NEW = "new"  # in place of a record's id


@require_safe
def to_filter_by(request: SignedInRequest, acronym: str) -> HttpResponse:
    """The clusters to tick of a list; then how many are in each, which takes its time where they are many."""
    model = model_for(request.actor, "read", acronym)
    picker = cluster_picker(acronym, ListQuery.of(request.GET), extensions.clusters(request.actor, acronym))
    template = "records/_cluster_counts.html" if picker.is_counted else "records/_cluster_picker.html"
    return render(request, template, {"picker": picker, "entity": model.entity})


@require_safe
def to_switch(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    """The clusters that a text finds of those that a record is not in and its page does not show yet."""
    record = None if record_id == NEW else record_for(request.actor, "read", acronym, record_id)
    model = model_for(request.actor, "read", acronym)
    if record is None:
        require(request.actor, "write", acronym)
    layout = requested_layout(request, model)
    asked = ClustersAsked(shown_boxes(request.GET), text=text_parameter(request.GET, "_find", longest=100))
    form = RecordForm(build_record_view(model.entity, layout, record, actor=request.actor, asked=asked), actor=request.actor)
    return render(request, "records/_clusters_found.html", {"form": form, "record": record, "entity": model.entity})
