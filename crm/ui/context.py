"""Context processor of the frame around every page."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.ui.navigation import build_navigation


def frame(request: HttpRequest) -> dict[str, Any]:  # Any: template variables
    """Computed only where a template shows it: fragments do not."""
    actor = getattr(request, "actor", None)
    if actor is None or not may(actor, "read"):
        return {"navigation": None}
    return {"navigation": SimpleLazyObject(lambda: build_navigation(cast(SignedInRequest, request)))}
