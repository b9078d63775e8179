"""All imports."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.people.requests import SignedInRequest
from crm.people.rules import may, require
from crm.worksheets.models import Worksheet


@require_GET
def worksheet_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "read")
    context = {"worksheets": Worksheet.objects.select_related("created_by")[:200], "may_import": may(request.actor, "import")}
    return render(request, "worksheets/list.html", context)
