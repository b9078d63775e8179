"""Pages that change a cluster that is there: its settings, archive and restore, deletion; and tiers of a field."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clusters import membership
from clusters.catalogue import changing, creating, deleting
from clusters.catalogue.changing import ClusterChange
from clusters.catalogue.lookup import InvalidCluster
from clusters.forms import SettingsForm, TiersForm
from clusters.models import Cluster
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.schema import errors

REFUSALS = (InvalidCluster, errors.SchemaRefusal)


@require_http_methods(["GET", "POST"])
def change_settings(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = _changeable(request, name)
    form = SettingsForm(request.POST or None, initial=SettingsForm.values_of(cluster))
    if request.method == "POST" and form.is_valid():
        try:
            changing.change_cluster(cluster, ClusterChange(**form.cleaned_data), by=request.actor)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(label)s” was saved.") % {"label": cluster.label})
            return redirect(cluster)
    context = {"form": form, "cluster": cluster, "is_archived": cluster.archived_at is not None}
    return render(request, "clusters/settings.html", context, status=422 if form.errors else 200)


@require_POST
def archive(request: SignedInRequest, name: str) -> HttpResponse:
    return _archived(request, name, archived=True)


@require_POST
def restore(request: SignedInRequest, name: str) -> HttpResponse:
    return _archived(request, name, archived=False)


@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = _changeable(request, name)
    context = {
        "cluster": cluster,
        "depends": deleting.depends_on(cluster),
        "exports": cluster.exports.count(),
        "may_remove_field": membership.has_own_field(cluster) and may(request.actor, "schema", cluster.entity),
    }
    if request.method == "POST":
        try:
            deleting.delete_cluster(cluster, by=request.actor, with_field="with_field" in request.POST)
        except REFUSALS as refusal:
            return render(request, "clusters/delete.html", {**context, "refusal": str(refusal)}, status=422)
        messages.success(request, _("The cluster “%(label)s” was deleted.") % {"label": cluster.label})
        return redirect("cluster-list")
    return render(request, "clusters/delete.html", context)


@require_http_methods(["GET", "POST"])
def new_tiers(request: SignedInRequest) -> HttpResponse:
    """A cluster for each option of a Choice."""
    require(request.actor, "cluster", "CL")
    form = TiersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tiers = creating.create_tiers(form.cleaned_data["field"], by=request.actor)
        except REFUSALS as refusal:
            form.add_error("field", str(refusal))
        else:
            message = ngettext("%(n)s cluster is there now.", "%(n)s clusters are there now.", len(tiers))
            messages.success(request, message % {"n": len(tiers)})
            return redirect("cluster-list")
    may_add_field = may(request.actor, "schema", "CL")
    context = {"form": form, "has_fields": bool(creating.tier_fields("CL")), "may_add_field": may_add_field}
    return render(request, "clusters/tiers.html", context, status=422 if form.errors else 200)


def _archived(request: SignedInRequest, name: str, *, archived: bool) -> HttpResponse:
    cluster = _changeable(request, name)
    words = {"label": cluster.label}
    try:
        changing.change_cluster(cluster, ClusterChange(archived=archived), by=request.actor)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("“%(label)s” was archived.") if archived else _("“%(label)s” is in use again.")
        messages.success(request, done % words)
    return redirect(cluster)


def _changeable(request: SignedInRequest, name: str) -> Cluster:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "cluster", cluster.entity)
    return cluster
