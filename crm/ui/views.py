"""The dashboard: panels of whoever has something to show, and the choice of language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.extensions import extensions


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    made = (make(request) for _place, make in sorted(extensions.panels.items()))
    return render(request, "dashboard.html", {"panels": [panel for panel in made if panel]})
