"""The catalogue, and the page of one cluster."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from clusters import membership
from clusters.builder.sampling import try_rule
from clusters.members import background
from clusters.members.listing import members_page
from clusters.models import Cluster
from clusters.overview.figures import figures
from clusters.overview.rows import archived_because, overview
from clusters.pins.reading import pins_of
from clusters.why.explaining import explain_membership
from crm.parameters import number_parameter, text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.records.access import readable, record_for
from crm.records.addresses import list_url
from crm.records.cells import title_of
from crm.records.errors import BadQuery
from crm.records.models import ChangeSet
from crm.rules.errors import RuleError
from crm.schema.record import Record


@require_GET
def cluster_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read", "CL")
    tab, text = text_parameter(request.GET, "tab"), text_parameter(request.GET, "_q")
    shown = overview(tab, text, reader=request.actor, exact="exact" in request.GET)
    return render(request, "clusters/list.html", {"overview": shown, "may_create": may(request.actor, "cluster", "CL")})


@require_GET
def cluster_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = readable_cluster(request, name)
    context = {
        "cluster": cluster,
        "rule": membership.rule_text(cluster),
        "kind": membership.kind_of(cluster),
        "has_rule": membership.has_rule(cluster),
        "retired": membership.retired_option(cluster),
        "is_archived": membership.is_archived(cluster),
        "archived_because": archived_because(cluster),
        "may_import": may(request.actor, "import", cluster.entity),
        "may_write": may(request.actor, "write", cluster.entity),
        "may_change": may(request.actor, "cluster", cluster.entity),
        "may_change_members": not membership.has_rule(cluster) and may(request.actor, "write", cluster.entity, cluster.field),
        "listed_at": list_url(cluster.entity, _list_of_members(cluster)),
        "listed": _list_of_members(cluster).items(),
        "exported_at": f"{reverse('worksheet-export', args=[cluster.entity])}?{urlencode(_list_of_members(cluster))}",
        "may_export": may(request.actor, "export", cluster.entity),
        **_last_job(request, cluster),
        "undoable": _undoable(request, cluster, number_parameter(request.GET, "changed")),
    }
    sort, after, before = (text_parameter(request.GET, name) for name in ("_sort", "_after", "_before"))
    try:
        shown = members_page(cluster, reader=request.actor, sort=sort, after=after, before=before)
    except (RuleError, BadQuery) as refusal:
        return render(request, "clusters/cluster.html", {**context, "refusal": str(refusal)})
    found = figures(cluster, exact="exact" in request.GET)
    sample = try_rule(cluster, by=request.actor) if context["has_rule"] else None
    return render(
        request,
        "clusters/cluster.html",
        {**context, "figures": found, "count": found.number.members, "members": shown, "sample": sample},
    )


def _list_of_members(cluster: Cluster) -> dict[str, str]:
    """The filter of clusters knows those in use."""
    return {cluster.field: membership.value_of(cluster)} if membership.is_archived(cluster) else {"_in": cluster.name}


def _last_job(request: SignedInRequest, cluster: Cluster) -> dict[str, Any]:  # Any: template variables
    job = background.latest(cluster, by=request.actor)
    written = (job.result or {}).get("change_set") if job else None
    return {"job": job, "job_undoable": _undoable(request, cluster, written)}


def _undoable(request: SignedInRequest, cluster: Cluster, number: int | None) -> int | None:
    """The change of members that this person has just made, which its notice offers to undo."""
    by = {"entity": cluster.entity, "user": request.actor.user_id, "undoes": None}
    is_theirs = number is not None and ChangeSet.objects.filter(pk=number, **by).exists()
    return number if is_theirs and may(request.actor, "undo", cluster.entity) else None


@require_GET
def why(request: SignedInRequest, name: str, record_id: str) -> HttpResponse:
    cluster = readable_cluster(request, name)
    record = record_for(request.actor, "read", cluster.entity, record_id)
    title, rule = title_of_record(request, record), membership.rule_text(cluster)
    context = {"cluster": cluster, "record": record, "title": title, "rule": rule}
    context |= {"pinned": pins_of(cluster, [record], reader=request.actor), "may_pin": membership.has_rule(cluster)}
    template = "clusters/_why.html" if request.htmx else "clusters/why.html"
    try:
        explanation = explain_membership(cluster, record, reader=request.actor)
    except RuleError as refusal:
        return render(request, template, {**context, "refusal": str(refusal)})
    return render(request, template, {**context, "explanation": explanation})


def readable_cluster(request: SignedInRequest, name: str) -> Cluster:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "read", cluster.entity, cluster.field)
    return cluster


def title_of_record(request: SignedInRequest, record: Record) -> str:
    return title_of(record, readable(request.actor, record.entity))
