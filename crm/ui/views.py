"""The dashboard (panels of whoever has something to show) and the command menu."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from crm.extensions import extensions
from crm.people.requests import SignedInRequest
from crm.people.rules import require
from crm.ui import menu


@require_GET
def dashboard(request: SignedInRequest) -> HttpResponse:
    made = (make(request) for _place, make in sorted(extensions.panels.items()))
    return render(request, "dashboard.html", {"panels": [panel for panel in made if panel]})


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """The command menu as a page of its own."""
    require(request.actor, "read")
    text = _asked(request)
    return render(request, "search.html", {"text": text, "groups": menu.groups(request, text)})


@require_safe
def found(request: SignedInRequest) -> JsonResponse:
    """`{"said", "groups": [{"heading", "found": [{"label", "url", "detail"}]}]}`; what is said is for a live region."""
    require(request.actor, "read")
    groups = menu.groups(request, _asked(request))
    count = sum(len(group.found) for group in groups)
    said = ngettext("%(n)s result", "%(n)s results", count) % {"n": count} if count else _("Nothing matches")
    return JsonResponse({"said": said, "groups": [asdict(group) for group in groups]})


def _asked(request: SignedInRequest) -> str:
    return request.GET.get("q", "")[: menu.LONGEST].replace("\0", "").strip()
