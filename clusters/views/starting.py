"""Ways to begin a cluster other than by a name: a template, a field that is there, a copy of another cluster."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters.catalogue import adopting, lookup, templates
from clusters.errors import InvalidSelection
from clusters.forms import CopyForm
from clusters.members import copying
from clusters.models import Cluster
from crm.parameters import text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.rules.errors import RuleError
from crm.schema import errors
from crm.schema.generated import current

REFUSALS = (lookup.InvalidCluster, InvalidSelection, errors.SchemaRefusal, RuleError)


@require_http_methods(["GET", "POST"])
def template_list(request: SignedInRequest) -> HttpResponse:
    """A POST request makes the fields of a template, and goes on to its draft."""
    require(request.actor, "cluster", templates.ENTITY)
    chosen = _proposed(text_parameter(request.POST, "template"), request) if request.method == "POST" else None
    if chosen is not None:
        try:
            templates.make_fields(chosen.template, by=request.actor)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect(_draft_url(_proposed(chosen.template.name, request) or chosen))
    context = {
        "proposals": [(one, _draft_url(one)) for one in templates.proposals(reader=request.actor)],
        "total": current.models()[templates.ENTITY].objects.count(),
        "may_add_field": may(request.actor, "schema", templates.ENTITY),
    }
    return render(request, "clusters/templates.html", context)


@require_http_methods(["GET", "POST"])
def from_field(request: SignedInRequest) -> HttpResponse:
    """A cluster of a yes/no field that no cluster asks for yet."""
    entity = text_parameter(request.GET, "entity") or "CL"
    require(request.actor, "cluster", entity)
    if entity not in current.models():
        raise Http404
    context = {"fields": adopting.adoptable_fields(entity, reader=request.actor)}
    if request.method == "POST":
        try:
            cluster = adopting.adopt_field(text_parameter(request.POST, "field"), entity=entity, by=request.actor)
        except REFUSALS as refusal:
            return render(request, "clusters/from_field.html", {**context, "refusal": str(refusal)}, status=422)
        messages.success(request, _("The cluster “%(label)s” is ready.") % {"label": cluster.label})
        return redirect(cluster)
    return render(request, "clusters/from_field.html", context)


@require_http_methods(["GET", "POST"])
def copy(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "cluster", cluster.entity)
    form = CopyForm(request.POST or None, initial={"label": copying.proposed_label(cluster)})
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.copy_cluster(cluster, form.cleaned_data["label"], by=request.actor)
        except REFUSALS as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, _("The cluster “%(label)s” is ready.") % {"label": made.label})
            return redirect(made)
    return render(request, "clusters/copy.html", {"form": form, "cluster": cluster}, status=422 if form.errors else 200)


def _proposed(name: str, request: SignedInRequest) -> templates.Proposal | None:
    return next((one for one in templates.proposals(reader=request.actor) if one.template.name == name), None)


def _draft_url(proposal: templates.Proposal) -> str:
    if proposal.template.tiers:
        return reverse("cluster-tiers")
    words = {"label": str(proposal.template.label), **({"rule": proposal.rule} if proposal.rule else {})}
    return f"{reverse('cluster-new')}?{urlencode(words)}"
