"""A draft discarded, whole or one field of it, after it was shown; and brought back by the person who did it."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import jobs
from crm.schema.definitions import entity_from_json
from crm.schema.errors import SchemaRefusal, UnpublishableSchema
from crm.schema.models import DataEntity
from crm.schema.publishing import discarding
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.views.frame import DISCARDED, entity_response


@require_http_methods(["GET", "POST"])
def discard_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    """`_field` narrows it to one field."""
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    name = text_parameter(request.POST or request.GET, "_field")
    try:
        plan = PublishRequest(acronym).plan().at_a_glance()
        if request.method == "POST":
            return _discarded(request, acronym, name)
    except SchemaRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("entity-plan", acronym=acronym)
    if not (steps := discarding.drafted_steps(plan, name)):
        return redirect("entity-plan", acronym=acronym)
    context = {"steps": steps, "name": name, "plan": plan}
    return entity_response(request, entity, "entity-plan", "schema/discard.html", context)


@require_POST
def bring_back(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    draft = request.session.get(DISCARDED)
    if draft and draft["acronym"] == acronym:
        del request.session[DISCARDED]
        try:
            discarding.bring_back(entity_from_json(draft))
        except SchemaRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The discarded draft is back."))
    return redirect("entity-plan", acronym=acronym)


def _discarded(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    if jobs.active_job(acronym):
        raise UnpublishableSchema([_("Something is being published for this entity already; wait for it to end.")])
    draft = discarding.discard(acronym, name, confirmed=request.POST.get("confirmed", ""))
    request.session[DISCARDED] = asdict(draft)
    message = _("What was drafted of %s is discarded.") % name if name else _("The draft is discarded.")
    messages.success(request, message)
    return redirect("entity-plan", acronym=acronym)
