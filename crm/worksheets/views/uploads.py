"""A file comes in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm.people.requests import SignedInRequest
from crm.people.rules import require
from crm.worksheets import reading
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.forms import UploadForm
from crm.worksheets.models import Worksheet


@require_http_methods(["GET", "POST"])
def new_worksheet(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "import")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        entities=request.entities,
        initial={"entity": request.GET.get("entity", "CL")},
    )
    if request.method == "POST" and form.is_valid():
        file, entity = form.cleaned_data["file"], form.cleaned_data["entity"]
        require(request.actor, "import", entity)
        try:
            reading.header_of(file, reading.found_format(file))
        except UnreadableWorksheet as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(Worksheet.objects.create(entity=entity, name=file.name[:255], file=file, created_by=request.user))
    return render(request, "worksheets/new.html", {"form": form}, status=422 if form.is_bound else 200)
