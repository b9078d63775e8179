"""Uploads a file, by itself or as the list of a cluster."""

from django.db import DatabaseError
from django.forms import HiddenInput
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm import uploads
from crm.extensions import ClusterChip, extensions
from crm.jobs import failures
from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema.generated import current
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.importing import upload_file
from crm.worksheets.models import Worksheet
from crm.worksheets.review import reviewing
from crm.worksheets.views.forms import UploadForm


@uploads.accept_files
@require_http_methods(["GET", "POST"])
def new_worksheet(request: SignedInRequest) -> HttpResponse:
    """`?cluster=` names the field of the cluster that the list is for."""
    require(request.actor, "import")
    given = {name: text_parameter(request.GET, name) for name in ("entity", "cluster")}
    form = UploadForm(
        request.POST or None, request.FILES or None, entities=request.entities, initial={"entity": "CL", **_filled(given)}
    )
    if request.method == "POST" and form.is_valid():
        require(request.actor, "import", form.cleaned_data["entity"])
        if worksheet := _uploaded(request, form):
            _rehearse(request, worksheet)
            return redirect(worksheet)
    chip = cluster_chip(form["entity"].value(), form["cluster"].value())
    if chip:  # the entity of the cluster is what the rows are
        form.fields["entity"].widget = HiddenInput()
    templates = [entity for entity in request.entities if not chip or entity.acronym == form["entity"].value()]
    context = {"form": form, "chip": chip, "templates": templates}
    return render(request, "worksheets/new.html", context, status=422 if form.is_bound else 200)


def cluster_chip(entity: str, field: str) -> ClusterChip | None:
    """The cluster of this field, if its members are set by hand and not by a rule."""
    generated = current.models()
    known = generated.entity(entity).field(field) if field and entity in generated else None
    if known is None or known.type != "Boolean":
        return None
    return extensions.cluster_fields(entity).get(field)


def _filled(parameters: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value}


def _uploaded(request: SignedInRequest, form: UploadForm) -> Worksheet | None:
    """Stores and inspects the file. None if it is refused: the form says why, and nothing is kept."""
    file, entity, cluster = (form.cleaned_data[name] for name in ("file", "entity", "cluster"))
    source = "pasted" if form.cleaned_data.get("pasted", "").strip() else "file"
    worksheet = Worksheet(
        entity=entity,
        cluster=cluster if cluster_chip(entity, cluster) else "",
        name=file.name[:255],
        created_by=request.user,
    )
    try:
        with upload_file.stored(worksheet, file):
            reviewing.begin(worksheet)
    except UnreadableWorksheet as refusal:
        form.add_error(source, str(refusal))
    except (OSError, DatabaseError) as error:
        if not (isinstance(error, OSError) or failures.is_full(error)):
            raise
        form.add_error(source, uploads.not_stored(error, file.name))
    else:
        return worksheet
    return None


def _rehearse(request: SignedInRequest, worksheet: Worksheet) -> None:
    """At once, when there is no question; what does not fit is shown on the page of the review."""
    if not reviewing.open_review(worksheet).is_settled:
        return
    try:
        reviewing.rehearse(worksheet, by=request.actor)
    except reviewing.REFUSALS as refusal:
        Worksheet.objects.filter(pk=worksheet.pk).update(problem=str(refusal))
