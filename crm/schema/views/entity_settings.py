"""An entity as a whole: made, renamed, removed, restored, deleted for good."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.local_numbers import local_number
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import jobs
from crm.schema.definitions import EntityDefinition
from crm.schema.errors import SchemaRefusal, UnpublishableSchema
from crm.schema.forms.entity_forms import DeletionForm, EntityNameForm, NewEntityForm
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import draft_and_publish, overview, publishing, removing
from crm.schema.views.frame import entity_response


@require_GET
def entity_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "schema")
    newest = Publication.objects.defer("snapshot", "operations").first()
    context = {"rows": overview.entity_rows(), "removed": overview.removed_rows(), "publication": newest}
    return render(request, "schema/entities.html", context)


@require_http_methods(["GET", "POST"])
def new_entity(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "schema")
    form = NewEntityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acronym = form.cleaned_data["acronym"]
        try:
            draft_and_publish.create_and_publish(acronym, form.labels(), key=form.cleaned_data["key"], by=request.actor)
        except SchemaRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The entity %s is there. Give it fields.") % acronym)
            return redirect("entity-page", acronym=acronym)
    return render(request, "schema/new_entity.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def entity_settings(request: SignedInRequest, acronym: str) -> HttpResponse:
    """The entity's name by language, which is published at once, and how to remove it."""
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    form = EntityNameForm(request.POST or None, entity=entity)
    if request.method == "POST" and form.is_valid():
        try:
            draft_and_publish.rename_and_publish(entity, form.labels(), by=request.actor)
        except UnpublishableSchema as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved and published."))
            return redirect("entity-settings", acronym=acronym)
    return entity_response(
        request, entity, "entity-settings", "schema/settings.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def delete_entity(request: SignedInRequest, acronym: str) -> HttpResponse:
    """R-50: what becomes of the records is chosen, with their number."""
    require(request.actor, "schema", acronym)
    entity, is_removed = _published(acronym)
    records = removing.count_records(entity)
    form = DeletionForm(request.POST or None, records=records, is_removed=is_removed)
    if request.method == "POST" and form.is_valid():
        try:
            return _removed(request, entity) if form.keeps_records else _deleted(request, entity, records)
        except UnpublishableSchema as refusal:
            form.add_error(None, str(refusal))
    context = {
        "entity": entity,
        "records": records,
        "form": form,
        "is_removed": is_removed,
        "problems": _problems(acronym, records),
    }
    return render(request, "schema/delete_entity.html", context, status=422 if form.is_bound else 200)


@require_POST
def restore_entity(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    try:
        removing.restore(acronym, by=request.actor)
    except UnpublishableSchema as refusal:
        messages.error(request, str(refusal))
        return redirect("entity-list")
    messages.success(request, _("The entity %s is back with its records.") % acronym)
    return redirect("entity-page", acronym=acronym)


def _published(acronym: str) -> tuple[EntityDefinition, bool]:
    """The entity, and whether it was removed before."""
    snapshot = publishing.published_snapshot()
    known = {**snapshot.removed, **snapshot.entities}
    if acronym not in known:
        raise Http404(_("There is no entity of this name."))
    return known[acronym], acronym in snapshot.removed


def _problems(acronym: str, records: int) -> list[str]:
    return publishing.plan_by(removing.deletion(acronym, records)).problems()


def _removed(request: SignedInRequest, entity: EntityDefinition) -> HttpResponse:
    removing.remove(entity.acronym, by=request.actor)
    messages.success(request, _("The entity “%s” is removed; its records are kept, and it can be restored below.") % entity.name)
    return redirect("entity-list")


def _deleted(request: SignedInRequest, entity: EntityDefinition, records: int) -> HttpResponse:
    jobs.start_deletion(entity.acronym, records, by=request.actor)
    message = ngettext(
        "“%(name)s” is being deleted with its %(n)s record.", "“%(name)s” is being deleted with its %(n)s records.", records
    )
    messages.info(request, message % {"name": entity.name, "n": local_number(records)})
    return redirect("jobs:list")
