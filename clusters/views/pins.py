"""Who is kept in a rule's cluster or out of it, and the form that pins somebody."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters import membership
from clusters.errors import InvalidCluster
from clusters.members.finding import candidates, find_records
from clusters.models import Cluster
from clusters.pins.pinning import LONGEST_REASON, Kept, pin, unpin
from clusters.pins.reading import pins
from clusters.views.pages import readable_cluster, title_of_record
from crm.parameters import text_parameter
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.records.access import record_for
from crm.records.errors import BadQuery, InvalidRecord
from crm.schema.errors import SchemaRefusal
from crm.schema.record import Record

USUAL_DAYS = 30
REFUSALS = (InvalidCluster, InvalidRecord, SchemaRefusal, BadQuery)


@require_http_methods(["GET", "POST"])
def pins_page(request: SignedInRequest, name: str) -> HttpResponse:
    """POST `unpin` with an id, or `record` (an id) or `text` (a name, an e-mail, an id) with `kept`, `until` and `reason`."""
    cluster = readable_cluster(request, name)
    if request.method == "POST" and (record_id := text_parameter(request.POST, "unpin")):
        unpin(cluster, record_for(request.actor, "write", cluster.entity, record_id), by=request.actor)
        messages.success(request, _("The rule decides again."))
        return redirect("cluster-pins", cluster.name)
    given = request.POST if request.method == "POST" else request.GET
    typed = {part: text_parameter(given, part) for part in ("text", "record", "kept", "until", "reason")}
    context = {"cluster": cluster, "tab": "pins", **_form(request, cluster, typed)}
    if request.method == "GET":
        return _shown(request, cluster, context)
    try:
        found = _meant(request, cluster, typed)
        if len(found) != 1:
            return _shown(request, cluster, {**context, "candidates": candidates(found, reader=request.actor)}, status=422)
        kept: Kept = "out" if typed["kept"] == "out" else "in"
        pin(cluster, found[0], kept, _day(typed["until"]), reason=typed["reason"], by=request.actor)
    except REFUSALS as refusal:
        return _shown(request, cluster, {**context, "refusal": str(refusal)}, status=422)
    words = {"who": title_of_record(request, found[0]), "cluster": cluster.label}
    said = _("%(who)s is kept out of %(cluster)s.") if kept == "out" else _("%(who)s is kept in %(cluster)s.")
    messages.success(request, said % words)
    return redirect("cluster-pins", cluster.name)


def _meant(request: SignedInRequest, cluster: Cluster, typed: dict[str, str]) -> list[Record]:
    """One record, or those among which to choose. Raises InvalidCluster where there is none."""
    if typed["record"]:
        return [record_for(request.actor, "write", cluster.entity, typed["record"])]
    found = find_records(cluster.entity, typed["text"], reader=request.actor) if typed["text"].strip() else []
    if not found:
        raise InvalidCluster(_("Nobody is called “%s”, and no e-mail or id is.") % typed["text"])
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidCluster(_("Say until which day.")) from None


def _form(request: SignedInRequest, cluster: Cluster, typed: dict[str, str]) -> dict[str, Any]:  # Any: template variables
    """What the form shows, a record that is given by its title."""
    record = record_for(request.actor, "read", cluster.entity, typed["record"]) if typed["record"] else None
    usual = (timezone.localdate() + timedelta(days=USUAL_DAYS)).isoformat()
    first = may(request.actor, "cluster", cluster.entity)
    return {
        **typed,
        "until": typed["until"] or usual,
        "today": timezone.localdate().isoformat(),
        "title": title_of_record(request, record) if record else "",
        "longest": LONGEST_REASON,
        "may_pin": may(request.actor, "write", cluster.entity, cluster.kept_in) if cluster.kept_in else first,
        "is_by_rule": membership.has_rule(cluster) and not membership.is_archived(cluster),
    }


def _shown(
    request: SignedInRequest, cluster: Cluster, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:  # Any: template variables
    return render(request, "clusters/pins.html", {**context, "pins": pins(cluster, reader=request.actor)}, status=status)
