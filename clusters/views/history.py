"""The page of a cluster's history: its size, who joined and left, versions of its rule, and any past day."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters.catalogue import changing
from clusters.catalogue.changing import ClusterChange
from clusters.errors import InvalidCluster, UnknownPast
from clusters.history import reading
from clusters.history.chart import chart
from clusters.history.feed import feed, titles
from clusters.models import Cluster, RuleVersion
from clusters.moments import read_moment
from clusters.views.pages import readable_cluster
from crm.parameters import number_parameter, text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.rules.errors import RuleError
from crm.schema import errors

NAMED = 20  # of those who joined or left between two days
REFUSALS = (InvalidCluster, RuleError, errors.SchemaRefusal)


@require_http_methods(["GET", "POST"])
def history_page(request: SignedInRequest, name: str) -> HttpResponse:
    """A POST request gives the cluster the rule of an earlier version again."""
    cluster = readable_cluster(request, name)
    if request.method == "POST":
        return _restored(request, cluster)
    context: dict[str, Any] = {  # Any: template variables
        "cluster": cluster,
        "tab": "history",
        "versions": cluster.rule_versions.all(),
        "may_change": may(request.actor, "cluster", cluster.entity),
        "as_of": text_parameter(request.GET, "as_of"),
        "compare": text_parameter(request.GET, "compare"),
    }
    try:
        days = reading.days(cluster)
        past = _past(request, cluster, context)
    except InvalidCluster as refusal:
        words = refusal.for_people() if isinstance(refusal, UnknownPast) else str(refusal)
        return render(request, "clusters/history.html", {**context, "refusal": words}, status=422 if context["as_of"] else 200)
    context |= {"days": days[::-1], "chart": chart(days), "count": reading.last_count(cluster)}
    shown = feed(cluster, reader=request.actor, after=number_parameter(request.GET, "_after"))
    return render(request, "clusters/history.html", {**context, **past, "feed": shown})


def _past(request: SignedInRequest, cluster: Cluster, asked: Mapping[str, str]) -> dict[str, Any]:  # Any: template variables
    """Who was in on a past day, and what is different on another."""
    if not asked["as_of"]:
        return {}
    then = reading.members_at(cluster, read_moment(asked["as_of"]))
    if not asked["compare"]:
        return {"then": len(then)}
    other = reading.members_at(cluster, read_moment(asked["compare"]))
    joined, left = sorted(other - then), sorted(then - other)
    return {
        "then": len(then),
        "other": len(other),
        "stayed": len(then & other),
        "joined": (len(joined), titles(cluster, joined[:NAMED], reader=request.actor)),
        "left": (len(left), titles(cluster, left[:NAMED], reader=request.actor)),
    }


def _restored(request: SignedInRequest, cluster: Cluster) -> HttpResponse:
    require(request.actor, "cluster", cluster.entity)
    version = get_object_or_404(RuleVersion, cluster=cluster, pk=number_parameter(request.POST, "version"))
    try:
        changing.change_cluster(cluster, ClusterChange(rule=version.after), by=request.actor)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(label)s” has another rule now.") % {"label": cluster.label})
    return redirect("cluster-history", cluster.name)
