"""Members by keys, a rule or a list of records: shown first, then written, in the background where they are many."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clusters import membership
from clusters.catalogue.lookup import readable
from clusters.errors import InvalidCluster, InvalidSelection
from clusters.members import background
from clusters.members.changing import MembersChange, Verb, change_members
from clusters.members.limits import ALL, USUAL
from clusters.members.pasted import read_list
from clusters.members.selecting import Selection
from clusters.members.uploaded import list_of_file
from clusters.models import Cluster
from clusters.views.members import changed_in_words
from clusters.views.pages import readable_cluster
from crm import uploads
from crm.jobs import notices
from crm.parameters import text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.rules.errors import RuleError
from crm.schema.generated import current

VERBS: tuple[Verb, ...] = ("add", "remove", "replace")
SHOWN = 100  # unknown keys
REFUSALS = (InvalidCluster, InvalidSelection, RuleError)


@uploads.accept_files
@require_http_methods(["GET", "POST"])
def by_list(request: SignedInRequest, name: str) -> HttpResponse:
    """GET with a `rule` or a `listed` list, or POST with a `list` or a `file` of it: who would join and leave.

    POST with `write`: writes it.
    """
    cluster = readable_cluster(request, name)
    require(request.actor, "write", cluster.entity, cluster.field)
    given = request.POST if request.method == "POST" else request.GET
    typed = {part: text_parameter(given, part) for part in ("list", "rule", "listed", "verb")}
    verb: Verb = next((known for known in VERBS if known == typed["verb"]), "add")
    context: dict[str, Any] = {
        "cluster": cluster,
        **typed,
        "verb": verb,
        "may_let_go": may(request.actor, "undo", cluster.entity),
    }  # Any: template variables
    if not (typed["list"] or typed["rule"] or typed["listed"]) and request.method == "GET":
        return render(request, "clusters/by_list.html", context)
    try:
        if file := request.FILES.get("file"):
            uploaded = list_of_file(file, current.entity(cluster.entity))
            typed["list"] = context["list"] = uploaded.text
            if uploaded.remark:
                messages.warning(request, uploaded.remark)
        selection = _selection(typed)
        max_leave = ALL if _lets_go(context, request.POST) else USUAL
        counted = change_members(cluster, verb, selection, by=request.actor, dry_run=True, max_leave=max_leave)
        rehearsed = _mark(typed, counted)
        if "write" in request.POST and request.POST.get("rehearsed", rehearsed) == rehearsed:
            return _written(request, cluster, verb, selection, counted)
    except REFUSALS as refusal:
        return render(request, "clusters/by_list.html", {**context, "refusal": str(refusal)}, status=422)
    changed = {"rehearsed": rehearsed, "has_changed": "write" in request.POST}
    return render(request, "clusters/by_list.html", {**context, **_rehearsal(counted, verb), **changed})


@require_GET
def choose_cluster(request: SignedInRequest) -> HttpResponse:
    """Which cluster the records of a list shall join or leave."""
    entity = text_parameter(request.GET, "entity") or "CL"
    if entity not in current.models():
        raise Http404
    meant = {name: text for name in ("rule", "listed") if (text := text_parameter(request.GET, name))}
    require(request.actor, "write", entity)
    clusters = readable(request.actor, Cluster.objects.filter(entity=entity))
    offered = [one for one in clusters if not membership.has_rule(one) and may(request.actor, "write", entity, one.field)]
    if chosen := next((one for one in offered if one.name == text_parameter(request.GET, "cluster")), None):
        words = urlencode({**meant, "verb": text_parameter(request.GET, "verb")})
        return redirect(f"{reverse('cluster-by-list', args=[chosen.name])}?{words}")
    return render(request, "clusters/choose_cluster.html", {"clusters": offered, "entity": entity, **meant})


def _selection(typed: dict[str, str]) -> Selection:
    """Raises InvalidSelection, also where two of them are given: one would be left out."""
    if sum(bool(typed[part].strip()) for part in ("list", "rule", "listed")) > 1:
        raise InvalidSelection(
            _("Say once who is meant: by a list or a file, by a rule, or by the records of a list of records.")
        )
    if typed["rule"]:
        return Selection(rule=typed["rule"])
    if typed["listed"]:
        return Selection(listed=typed["listed"])
    return read_list(typed["list"])


def _lets_go(context: dict[str, Any], posted: Mapping[str, str]) -> bool:
    """Who may let many go sees how many it is; they go once it was ticked."""
    return "let_go" in posted if "write" in posted else context["may_let_go"]


def _mark(typed: dict[str, str], counted: MembersChange) -> str:
    """Differs where what was shown is no longer what would be written."""
    shown = [typed["list"].split(), typed["rule"], typed["listed"], typed["verb"], counted.added, counted.removed]
    return sha256(repr(shown).encode()).hexdigest()[:16]


def _rehearsal(counted: MembersChange, verb: Verb) -> dict[str, Any]:  # Any: template variables
    members = counted.removed + counted.unchanged
    return {
        "counted": replace(counted, unknown=counted.unknown[:SHOWN]),
        "unknown": len(counted.unknown),
        "is_large": background.is_large(counted),
        "many_leave": verb == "replace" and counted.removed * 5 > members,
    }


def _written(
    request: SignedInRequest, cluster: Cluster, verb: Verb, selection: Selection, counted: MembersChange
) -> HttpResponse:
    max_leave = ALL if "let_go" in request.POST else USUAL
    if background.is_large(counted):
        job = background.start(cluster, verb, selection, max_leave=max_leave, by=request.actor)
        label = _("The change of members of %s") % cluster.label
        notices.watch(request, job, label=label, url=cluster.get_absolute_url())
        return redirect(cluster)
    change = change_members(cluster, verb, selection, by=request.actor, max_leave=max_leave)
    messages.success(request, changed_in_words(change, cluster))
    return redirect(
        f"{cluster.get_absolute_url()}?changed={change.change_set}" if change.change_set else cluster.get_absolute_url()
    )
