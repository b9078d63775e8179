"""The catalogue, and the page of one cluster."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clusters import membership
from clusters.builder.sampling import try_rule
from clusters.catalogue.overview import overview
from clusters.models import Cluster
from clusters.why.explaining import explain_membership
from crm.parameters import text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.records.access import readable, record_for
from crm.records.cells import title_of
from crm.rules.errors import RuleError
from crm.schema.record import Record

SHOWN = 20  # members listed on the cluster's page; the list page has them all


@require_GET
def cluster_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read", "CL")
    shown = overview(text_parameter(request.GET, "tab"), text_parameter(request.GET, "_q"), reader=request.actor)
    return render(request, "clusters/list.html", {"overview": shown, "may_create": may(request.actor, "cluster", "CL")})


@require_GET
def cluster_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = _cluster(request, name)
    context = {
        "cluster": cluster,
        "rule": membership.rule_text(cluster),
        "kind": membership.kind_of(cluster),
        "has_rule": membership.has_rule(cluster),
        "is_archived": membership.is_archived(cluster),
        "may_import": may(request.actor, "import", cluster.entity),
        "may_write": may(request.actor, "write", cluster.entity),
        "may_change": may(request.actor, "cluster", cluster.entity),
        "host": request.build_absolute_uri("/"),
    }
    try:
        members = membership.members(cluster).order_by("id")
    except RuleError as refusal:
        return render(request, "clusters/cluster.html", {**context, "refusal": str(refusal)})
    shown = [(record, _title(request, record)) for record in members[:SHOWN]]
    sample = try_rule(cluster, by=request.actor) if context["has_rule"] else None
    return render(request, "clusters/cluster.html", {**context, "count": members.count(), "members": shown, "sample": sample})


@require_GET
def why(request: SignedInRequest, name: str, record_id: str) -> HttpResponse:
    cluster = _cluster(request, name)
    record = record_for(request.actor, "read", cluster.entity, record_id)
    context = {"cluster": cluster, "record": record, "title": _title(request, record), "rule": membership.rule_text(cluster)}
    try:
        explanation = explain_membership(cluster, record, reader=request.actor)
    except RuleError as refusal:
        return render(request, "clusters/why.html", {**context, "refusal": str(refusal)})
    return render(request, "clusters/why.html", {**context, "explanation": explanation})


def _cluster(request: SignedInRequest, name: str) -> Cluster:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "read", cluster.entity, cluster.field)
    return cluster


def _title(request: SignedInRequest, record: Record) -> str:
    return title_of(record, readable(request.actor, record.entity))
