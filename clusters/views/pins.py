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
from clusters.pinned_rules import Kept
from clusters.pins.pinning import LONGEST_REASON, pin, unpin
from clusters.pins.reading import pins
from clusters.views.pages import readable_cluster, title_of_record
from crm.parameters import text_parameter
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.records.access import record_for
from crm.records.errors import BadQuery, InvalidRecord, RecordGone
from crm.schema.errors import SchemaRefusal
from crm.schema.record import Record

USUAL_DAYS = 30
REFUSALS = (InvalidCluster, InvalidRecord, RecordGone, SchemaRefusal, BadQuery)


@require_http_methods(["GET", "POST"])
def pins_page(request: SignedInRequest, name: str) -> HttpResponse:
    """POST `unpin` with an id, or `record` (an id) or `text` (a name, an e-mail, an id) with `kept`, `until` and `reason`."""
    cluster = readable_cluster(request, name)
    if request.method == "GET":
        return _shown(request, cluster)
    try:
        if record_id := text_parameter(request.POST, "unpin"):
            unpin(cluster, record_for(request.actor, "write", cluster.entity, record_id), by=request.actor)
            said = _("The rule decides again.")
        else:
            typed = _typed(request)
            found = _meant(request, cluster, typed)
            if len(found) != 1:
                return _shown(request, cluster, candidates=candidates(found, reader=request.actor))
            said = _pin(request, cluster, found[0], typed)
    except REFUSALS as refusal:
        return _shown(request, cluster, refusal=str(refusal))
    messages.success(request, said)
    return redirect("cluster-pins", cluster.name)


def _pin(request: SignedInRequest, cluster: Cluster, record: Record, typed: dict[str, str]) -> str:
    """What to say about it."""
    kept: Kept = "out" if typed["kept"] == "out" else "in"
    pin(cluster, record, kept, _day(typed["until"]), reason=typed["reason"], by=request.actor)
    words = {"who": title_of_record(request, record), "cluster": cluster.label}
    if kept == "out":
        return _("%(who)s is kept out of %(cluster)s.") % words
    return _("%(who)s is kept in %(cluster)s.") % words


def _typed(request: SignedInRequest) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    return {part: text_parameter(given, part) for part in ("text", "record", "kept", "until", "reason")}


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


def _shown(request: SignedInRequest, cluster: Cluster, **answer: Any) -> HttpResponse:  # Any: template variables
    """The page, with what was typed and what there is to say about it."""
    context = {
        "cluster": cluster,
        "tab": "pins",
        **_form(request, cluster),
        "pins": pins(cluster, reader=request.actor),
        **answer,
    }
    return render(request, "clusters/pins.html", context, status=422 if answer else 200)


def _form(request: SignedInRequest, cluster: Cluster) -> dict[str, Any]:  # Any: template variables
    """What the form shows, a record that is given by its title."""
    typed, pins_count = _typed(request), membership.pins_count(cluster)
    record = record_for(request.actor, "read", cluster.entity, typed["record"]) if typed["record"] else None
    usual = (timezone.localdate() + timedelta(days=USUAL_DAYS)).isoformat()
    may_make = may(request.actor, "cluster", cluster.entity)
    return {
        **typed,
        "until": typed["until"] or usual,
        "today": timezone.localdate().isoformat(),
        "title": title_of_record(request, record) if record else "",
        "longest": LONGEST_REASON,
        "may_pin": may(request.actor, "write", cluster.entity, cluster.kept_in) if pins_count else may_make,
        "are_ignored": bool(cluster.kept_in) and not pins_count,
        "is_by_rule": membership.has_rule(cluster) and not membership.is_archived(cluster),
    }
