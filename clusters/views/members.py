"""The members of a cluster on its page: added by name, removed by choice; each change can be undone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clusters.catalogue.lookup import InvalidCluster
from clusters.members.changing import MembersChange, Verb, change_members
from clusters.members.finding import candidates, find_records
from clusters.members.listing import PAGE_SIZE
from clusters.members.selecting import Selection
from clusters.models import Cluster
from clusters.views.pages import cluster_page, readable_cluster
from crm.local_numbers import local_number
from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records.errors import BadQuery
from crm.rules.errors import RuleError
from crm.schema.record import Record


@require_http_methods(["GET", "POST"])
def members(request: SignedInRequest, name: str) -> HttpResponse:
    """POST: `remove` or `add` with ids, or `text`, a name or an e-mail that may mean several."""
    cluster = readable_cluster(request, name)
    if request.method == "GET":
        return cluster_page(request, name)
    require(request.actor, "write", cluster.entity, cluster.field)
    text = text_parameter(request.POST, "text")
    if text:
        return _add_by_text(request, cluster, text)
    verb: Verb = "remove" if "remove" in request.POST else "add"
    return _changed(request, cluster, verb, request.POST.getlist(verb)[:PAGE_SIZE])


def _add_by_text(request: SignedInRequest, cluster: Cluster, text: str) -> HttpResponse:
    try:
        found = find_records(cluster.entity, text, reader=request.actor)
    except BadQuery as refusal:
        messages.error(request, str(refusal))
        return redirect(cluster)
    if len(found) == 1:
        return _changed(request, cluster, "add", [found[0].pk])
    if not found:
        messages.warning(request, _("Nobody is called “%s”, and no e-mail or id is.") % text)
        return redirect(cluster)
    return _which(request, cluster, text, found)


def _which(request: SignedInRequest, cluster: Cluster, text: str, found: list[Record]) -> HttpResponse:
    context = {"cluster": cluster, "text": text, "candidates": candidates(found, reader=request.actor)}
    return render(request, "clusters/which.html", context)


def _changed(request: SignedInRequest, cluster: Cluster, verb: Verb, ids: list[str]) -> HttpResponse:
    if not ids:
        messages.warning(request, _("Nobody was chosen."))
        return redirect(cluster)
    try:
        change = change_members(cluster, verb, Selection(keys=ids), by=request.actor)
    except (InvalidCluster, RuleError) as refusal:
        messages.error(request, str(refusal))
        return redirect(cluster)
    messages.success(request, changed_in_words(change, cluster))
    address = cluster.get_absolute_url()
    return redirect(f"{address}?changed={change.change_set}" if change.change_set else address)


def changed_in_words(change: MembersChange, cluster: Cluster) -> str:
    words = {"n": local_number(change.added or change.removed), "cluster": cluster.label}
    if change.added:
        return ngettext("%(n)s customer joined %(cluster)s.", "%(n)s customers joined %(cluster)s.", change.added) % words
    if change.removed:
        return ngettext("%(n)s customer left %(cluster)s.", "%(n)s customers left %(cluster)s.", change.removed) % words
    return _("Nothing changed: who was meant is in %(cluster)s, or out of it, already.") % words
