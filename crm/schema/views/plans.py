"""What publishing, reverting or purging does, shown before it is done."""

import sys
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.extensions import FieldDependent
from crm.parameters import whole_number
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import jobs
from crm.schema.draft.dependencies import dependents
from crm.schema.errors import PlanChanged, TablesInUse, UnpublishableSchema
from crm.schema.models import DataEntity
from crm.schema.publishing import purging
from crm.schema.publishing.discarding import field_of
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.publishing.steps.base import Step
from crm.schema.publishing.steps.field_steps import HideField
from crm.schema.publishing.steps.retyping import Retype
from crm.schema.views.frame import entity_response

WITH_DEPENDENTS = (Retype, HideField, purging.Purge)


@dataclass(frozen=True)
class StepRow:
    """A step as the page shows it."""

    step: Step
    statements: list[str]
    misfits: tuple[Any, ...]  # Any: converting.Misfit
    dependents: list[FieldDependent]
    drafted: str = ""  # the field whose draft it belongs to


@require_http_methods(["GET", "POST"])
def plan_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    return _decide(request, PublishRequest(acronym), "entity-plan", "schema/plan.html")


@require_http_methods(["GET", "POST"])
def revert_page(request: SignedInRequest, acronym: str, number: int) -> HttpResponse:
    return _decide(request, PublishRequest(acronym, revert_to=number), "entity-publications", "schema/revert.html")


@require_http_methods(["GET", "POST"])
def purge_page(request: SignedInRequest, acronym: str, column: str) -> HttpResponse:
    """Asks for confirmation: the number of values to be lost has to be typed."""
    return _decide(request, PublishRequest(acronym, purge=column), "entity-page", "schema/purge.html")


def _decide(request: SignedInRequest, wanted: PublishRequest, tab: str, template: str) -> HttpResponse:
    require(request.actor, "schema", wanted.acronym)
    entity = get_object_or_404(DataEntity, acronym=wanted.acronym)
    try:
        plan = wanted.plan().at_a_glance()
    except UnpublishableSchema as refusal:
        messages.error(request, str(refusal))
        return redirect("entity-page", acronym=wanted.acronym)
    refused: list[str] = []
    status = 200
    if request.method == "POST":
        accepted = _number(request.POST.get("accepted", ""), otherwise=-1 if wanted.purge else 0)
        wanted = replace(wanted, confirmed=request.POST.get("confirmed", ""), accepted_loss=accepted)
        try:
            return _done(request, wanted, plan)
        except PlanChanged as refusal:
            refused, status = refusal.problems, 409
        except UnpublishableSchema as refusal:
            refused, status = refusal.problems, 422
    context = {"plan": plan, "rows": _rows(plan, wanted), "refused": refused, "wanted": wanted, "problems": plan.problems()}
    return entity_response(request, entity, tab, template, context, status=status)


def _done(request: SignedInRequest, wanted: PublishRequest, plan: PublicationPlan) -> HttpResponse:
    """At once, or as a job where it takes long or others use the tables. Raises UnpublishableSchema."""
    plan.check(confirmed=wanted.confirmed, accepted_loss=sys.maxsize if wanted.purge else wanted.accepted_loss)
    if wanted.purge and wanted.accepted_loss != plan.losses:
        raise UnpublishableSchema([_("Type %(n)s, which is how many values go.") % {"n": plan.losses}])
    if jobs.active_job(wanted.acronym):
        raise UnpublishableSchema([_("Something is being published for this entity already; wait for it to end.")])
    if plan.is_long:
        return _started(request, wanted, _("This takes a while; you may leave this page."))
    try:
        publication = wanted.publish(by=request.actor)
    except TablesInUse as busy:
        return _started(request, wanted, _("It is published as soon as the tables are free. %s") % busy.problems[0])
    messages.success(request, _("Published as #%(n)s.") % {"n": publication.number})
    return redirect("entity-page", acronym=wanted.acronym)


def _started(request: SignedInRequest, wanted: PublishRequest, message: str) -> HttpResponse:
    jobs.start_publish(wanted, by=request.actor)
    messages.info(request, message)
    return redirect(f"{reverse('entity-plan', args=[wanted.acronym])}#job")


def _rows(plan: PublicationPlan, wanted: PublishRequest) -> list[StepRow]:
    rows = [_row(plan, step, lines) for step, lines in zip(plan.steps, plan.statements(), strict=True)]
    return [replace(row, drafted=field_of(row.step)) for row in rows] if wanted.is_draft else rows


def _row(plan: PublicationPlan, step: Step, statements: list[str]) -> StepRow:
    misfits = step.fit.examples if isinstance(step, Retype) else ()
    entity = plan.published.entities.get(step.entity.acronym)
    shows = entity is not None and isinstance(step, WITH_DEPENDENTS)
    return StepRow(step, statements, misfits, dependents(entity, plan.published, step.field_name) if shows and entity else [])


def _number(typed: str, *, otherwise: int) -> int:
    """As people write it: 1,203 or 1.203 or 1203."""
    digits = typed.replace(",", "").replace(".", "").replace(" ", "").replace("\u00a0", "")
    return whole_number(digits, otherwise)
