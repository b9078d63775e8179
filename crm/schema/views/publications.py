"""The publications of an entity, and how any two differ."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from crm.parameters import number_parameter
from crm.people.naming import person_label
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing.comparing import differences
from crm.schema.views.frame import entity_response

PAGE_SIZE = 30
OTHERS = 200  # publications that the comparison offers


@dataclass(frozen=True)
class PublicationEntry:
    """A publication as far as it concerns one entity."""

    number: int
    at: datetime
    by: str
    sentences: list[str]


@require_GET
def publication_list(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    page = Paginator(_entries(acronym), PAGE_SIZE).get_page(request.GET.get("_page"))
    return entity_response(request, entity, "entity-publications", "schema/publications.html", {"page": page})


@require_GET
def publication_page(request: SignedInRequest, acronym: str, number: int) -> HttpResponse:
    """How a publication differs from another one, by default the newest."""
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    shown = get_object_or_404(Publication, number=number)
    newest = Publication.objects.values_list("number", flat=True).first()
    other = get_object_or_404(Publication, number=_asked(request, newest))
    then, now = (publication.content().entities.get(acronym) for publication in (shown, other))
    context = {
        "shown": shown,
        "other": other,
        "newest": newest,
        "numbers": [entry.number for entry in _entries(acronym)[:OTHERS]],
        "differences": differences(then, now),
        "may_revert": then is not None and number != newest,
    }
    return entity_response(request, entity, "entity-publications", "schema/publication.html", context)


def _asked(request: SignedInRequest, newest: int | None) -> int | None:
    asked = number_parameter(request.GET, "_with")
    return newest if asked is None else asked


def _entries(acronym: str) -> list[PublicationEntry]:
    """The publications that changed something of the entity, newest first."""
    rows = Publication.objects.select_related("published_by").defer("snapshot")
    entries = (
        PublicationEntry(row.number, row.published_at, person_label(row.published_by), _sentences(row, acronym))
        for row in rows.iterator()
    )
    return [entry for entry in entries if entry.sentences]


def _sentences(publication: Publication, acronym: str) -> list[str]:
    return [operation["sentence"] for operation in publication.operations if operation.get("entity") == acronym]
