"""The frame of every page of an entity: tabs, unpublished changes and running jobs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.people.requests import SignedInRequest
from crm.schema import jobs
from crm.schema.draft import drafting
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing

DISCARDED = "discarded_draft"  # in the session: the last draft that this person discarded, to bring it back


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int = 0


def tabs(entity: DataEntity, current: str, waiting: int) -> list[Tab]:
    places = {
        "entity-page": (_("Fields"), 0),
        "form-index": (_("Forms"), 0),
        "entity-indexes": (_("Indexes"), 0),
        "entity-plan": (_("Publish"), waiting),
        "entity-publications": (_("Publications"), 0),
        "entity-settings": (_("Settings"), 0),
    }
    return [Tab(label, reverse(name, args=[entity.acronym]), name == current, count) for name, (label, count) in places.items()]


def entity_response(
    request: SignedInRequest, entity: DataEntity, current: str, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:  # Any: template variables
    """A page of an entity under the tab of the address named `current`."""
    waiting = _waiting(entity.acronym)
    known = {
        "entity": entity,
        "tabs": tabs(entity, current, waiting),
        "waiting": waiting,
        "publication": Publication.objects.defer("snapshot", "operations").first(),
        "may_bring_back": request.session.get(DISCARDED, {}).get("acronym") == entity.acronym,
        "job": jobs.job_to_show(entity.acronym),
    }
    return render(request, template, known | context, status=status)


def _waiting(acronym: str) -> int:
    """How many steps of this entity's draft wait to be published."""
    return len(publishing.make_plan(drafting.entity_draft(acronym)).steps)
