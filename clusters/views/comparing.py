"""Pages that compare: a cluster's profile, its overlaps with others, all overlaps, and what uses it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clusters.catalogue.lookup import InvalidCluster, readable
from clusters.comparing.overlaps import overlaps
from clusters.comparing.profile import profile, profiled_fields
from clusters.comparing.usage import used_by
from clusters.comparing.wording import overlap_rows, profile_tables
from clusters.models import Cluster
from clusters.views.pages import readable_cluster
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest

MOST_ROWS = 100  # pairs on one page
MOST_COLUMNS = 30  # of the matrix; beyond, the pairs say it


@require_GET
def profile_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = readable_cluster(request, name)
    chosen = [field for field in request.GET.getlist("by") if field]
    context = {"cluster": cluster, "tab": "profile", "chosen": chosen, "fields": profiled_fields(cluster, reader=request.actor)}
    try:
        found = profile(cluster, chosen, reader=request.actor)
    except InvalidCluster as refusal:
        return render(request, "clusters/profile.html", {**context, "refusal": str(refusal)}, status=422 if chosen else 200)
    return render(request, "clusters/profile.html", {**context, "profile": found, "tables": profile_tables(found)})


@require_GET
def overlaps_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = readable_cluster(request, name)
    others = readable(request.actor, Cluster.objects.filter(entity=cluster.entity))
    found = overlaps([cluster, *(other for other in others if other.pk != cluster.pk)])
    rows = overlap_rows(found.pairs_of(cluster))
    context = {"cluster": cluster, "tab": "overlaps", "overlaps": found, "rows": rows, **_rights(request, cluster.entity)}
    return render(request, "clusters/overlaps.html", context)


@require_GET
def all_overlaps(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read", "CL")
    found = overlaps(readable(request.actor))
    rows = overlap_rows(found.pairs()[:MOST_ROWS])
    lines = list(zip(found.clusters, found.matrix, strict=True)) if len(found.clusters) <= MOST_COLUMNS else []
    return render(
        request, "clusters/all_overlaps.html", {"overlaps": found, "rows": rows, "lines": lines, **_rights(request, "CL")}
    )


@require_GET
def used_by_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = readable_cluster(request, name)
    uses = used_by(cluster, reader=request.actor)
    return render(request, "clusters/used_by.html", {"cluster": cluster, "tab": "used-by", "uses": uses})


def _rights(request: SignedInRequest, entity: str) -> dict[str, bool]:
    return {"may_create": may(request.actor, "cluster", entity)}
