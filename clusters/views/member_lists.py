"""Members by a list or a rule: shown first, then written, in the background where they are many."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clusters import membership
from clusters.catalogue.lookup import readable
from clusters.errors import InvalidCluster
from clusters.members import background
from clusters.members.changing import MembersChange, Verb, change_members
from clusters.members.limits import ALL, USUAL
from clusters.members.pasted import read_list
from clusters.members.selecting import InvalidSelection, Selection
from clusters.models import Cluster
from clusters.views.members import changed_in_words
from clusters.views.pages import readable_cluster
from crm.parameters import text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.rules.errors import RuleError
from crm.schema.generated import current

VERBS: tuple[Verb, ...] = ("add", "remove", "replace")
SHOWN = 100  # unknown keys
REFUSALS = (InvalidCluster, InvalidSelection, RuleError)


@require_http_methods(["GET", "POST"])
def by_list(request: SignedInRequest, name: str) -> HttpResponse:
    """GET with a `rule`, or POST with a `list`: who would join and leave. POST with `write`: writes it."""
    cluster = readable_cluster(request, name)
    require(request.actor, "write", cluster.entity, cluster.field)
    given = request.POST if request.method == "POST" else request.GET
    typed = {part: text_parameter(given, part) for part in ("list", "rule", "verb")}
    verb: Verb = next((known for known in VERBS if known == typed["verb"]), "add")
    context: dict[str, Any] = {
        "cluster": cluster,
        **typed,
        "verb": verb,
        "may_let_go": may(request.actor, "undo", cluster.entity),
    }  # Any: template variables
    if not typed["list"] and not typed["rule"] and request.method == "GET":
        return render(request, "clusters/by_list.html", context)
    try:
        selection, as_typed = _selection(cluster, typed)
        if "write" in request.POST:
            return _written(request, cluster, verb, selection)
        max_leave = ALL if context["may_let_go"] else USUAL
        counted = change_members(cluster, verb, selection, by=request.actor, dry_run=True, max_leave=max_leave)
        counted = replace(counted, unknown=[as_typed.get(key, key) for key in counted.unknown])
    except REFUSALS as refusal:
        return render(request, "clusters/by_list.html", {**context, "refusal": str(refusal)}, status=422)
    return render(request, "clusters/by_list.html", {**context, **_rehearsal(counted, verb)})


@require_GET
def choose_cluster(request: SignedInRequest) -> HttpResponse:
    """Which cluster the records of a list shall join or leave."""
    entity, rule = text_parameter(request.GET, "entity") or "CL", text_parameter(request.GET, "rule")
    require(request.actor, "write", entity)
    clusters = readable(request.actor, Cluster.objects.filter(entity=entity))
    offered = [one for one in clusters if not membership.has_rule(one) and may(request.actor, "write", entity, one.field)]
    if chosen := next((one for one in offered if one.name == text_parameter(request.GET, "cluster")), None):
        words = urlencode({"rule": rule, "verb": text_parameter(request.GET, "verb")})
        return redirect(f"{reverse('cluster-by-list', args=[chosen.name])}?{words}")
    return render(request, "clusters/choose_cluster.html", {"clusters": offered, "rule": rule, "entity": entity})


def _selection(cluster: Cluster, typed: dict[str, str]) -> tuple[Selection, Mapping[str, str]]:
    """With the keys as they were pasted."""
    if typed["rule"]:
        return Selection(rule=typed["rule"]), {}
    pasted = read_list(typed["list"], current.entity(cluster.entity))
    return pasted.selection, pasted.typed


def _rehearsal(counted: MembersChange, verb: Verb) -> dict[str, Any]:  # Any: template variables
    members = counted.removed + counted.unchanged
    return {
        "counted": replace(counted, unknown=counted.unknown[:SHOWN]),
        "unknown": len(counted.unknown),
        "is_large": background.is_large(counted),
        "many_leave": verb == "replace" and counted.removed * 5 > members,
    }


def _written(request: SignedInRequest, cluster: Cluster, verb: Verb, selection: Selection) -> HttpResponse:
    """The manager who ticked that many leave has let them go."""
    max_leave = ALL if "let_go" in request.POST else USUAL
    counted = change_members(cluster, verb, selection, by=request.actor, dry_run=True, max_leave=max_leave)
    if background.is_large(counted):
        background.start(cluster, verb, selection, max_leave=max_leave, by=request.actor)
        number = number_format(counted.added + counted.removed, use_l10n=True, force_grouping=True)
        words = {"n": number, "url": reverse("jobs:list")}
        messages.info(request, format_html(_('{n} customers are being written. <a href="{url}">See the job</a>.'), **words))
        return redirect(cluster)
    change = change_members(cluster, verb, selection, by=request.actor, max_leave=max_leave)
    messages.success(request, changed_in_words(change, cluster))
    return redirect(
        f"{cluster.get_absolute_url()}?changed={change.change_set}" if change.change_set else cluster.get_absolute_url()
    )
