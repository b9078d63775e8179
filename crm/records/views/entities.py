"""Every entity with records to look at: where the navigation leads when it has no room for all of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.parameters import text_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.records.lists.filtering import LONGEST
from crm.rules.folding import fold
from crm.schema.definitions import EntityDefinition
from crm.schema.generated import current


@require_safe
def all_entities(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read")
    text = text_parameter(request.GET, "_q", longest=LONGEST)
    entities = [entity for entity in current.models() if may(request.actor, "read", entity.acronym) and _is_called(entity, text)]
    entities.sort(key=lambda entity: fold(entity.name))
    return render(request, "records/entities.html", {"entities": entities, "text": text})


def _is_called(entity: EntityDefinition, text: str) -> bool:
    """Return True if every word occurs in its name or acronym."""
    called = fold(f"{entity.name} {entity.acronym}")
    return all(word in called for word in fold(text).split())
