"""Pages of the clusters: catalogue, new, one cluster."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clusters import catalogue, membership
from clusters.forms import NewClusterForm
from clusters.models import Cluster
from crm.people.requests import SignedInRequest
from crm.people.rules import may, require
from crm.schema import editing, names, publishing

REFUSALS = (catalogue.InvalidCluster, names.InvalidName, editing.InvalidField, publishing.UnpublishableSchema)
SHOWN = 20  # members listed on the cluster's page; the list page has them all


@require_GET
def cluster_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read", "CL")
    clusters = [cluster for cluster in Cluster.objects.all() if may(request.actor, "read", cluster.entity, cluster.field)]
    members = membership.counts(clusters)
    rows = [{"cluster": cluster, "members": members.get(cluster.name, 0)} for cluster in clusters]
    may_create = may(request.actor, "cluster", "CL")
    return render(request, "clusters/list.html", {"rows": rows, "may_create": may_create})


@require_http_methods(["GET", "POST"])
def new_cluster(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "cluster", "CL")
    form = NewClusterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cluster = catalogue.create_cluster(form.cleaned_data["label"], by=request.actor)
        except REFUSALS as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, _("The cluster “%(label)s” is ready.") % {"label": cluster.label})
            return redirect(cluster)
    status = 422 if form.is_bound else 200
    return render(request, "clusters/new.html", {"form": form}, status=status)


@require_GET
def cluster_page(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "read", cluster.entity, cluster.field)
    members = membership.members(cluster).order_by("id")
    context = {
        "cluster": cluster,
        "count": members.count(),
        "members": members[:SHOWN],
        "may_import": may(request.actor, "import", cluster.entity),
        "may_write": may(request.actor, "write", cluster.entity),
        "host": request.build_absolute_uri("/"),
    }
    return render(request, "clusters/cluster.html", context)
