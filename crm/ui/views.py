"""The dashboard, made of the panels of other packages, and the command menu."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from crm.extensions import extensions
from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.ui import menu


@require_GET
def dashboard(request: SignedInRequest) -> HttpResponse:
    made = (make(request) for _place, make in sorted(extensions.panels.items()))
    return render(request, "dashboard.html", {"panels": [panel for panel in made if panel]})


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """The command menu as a page of its own."""
    require(request.actor, "read")
    text = _text(request)
    return render(request, "search.html", {"text": text, "groups": menu.menu_groups(request, text)})


@require_safe
def found(request: SignedInRequest) -> JsonResponse:
    """`{"message", "groups": [{"heading", "entries": [{"label", "url", "detail"}]}]}`; the message is for a live region."""
    require(request.actor, "read")
    groups = menu.menu_groups(request, _text(request))
    count = sum(len(group.entries) for group in groups)
    message = ngettext("%(n)s result", "%(n)s results", count) % {"n": count} if count else _("Nothing matches")
    return JsonResponse({"message": message, "groups": [asdict(group) for group in groups]})


def _text(request: SignedInRequest) -> str:
    return text_parameter(request.GET, "q")
