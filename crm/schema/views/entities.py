"""The page of one entity: its fields, and a form to add one."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import fieldtypes, jobs, names
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.draft import editing
from crm.schema.errors import SchemaRefusal, TablesInUse
from crm.schema.forms.field_forms import NewFieldForm
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish, publishing, purging
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.views.frame import entity_response


@require_http_methods(["GET", "POST"])
def entity_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    form = NewFieldForm(request.POST or None, kind=_posted_kind(request))
    if request.method == "POST" and form.is_valid():
        if form.wants_options:
            options_form = NewFieldForm(initial=form.cleaned_data, kind=fieldtypes.get(form.cleaned_data["type"]))
            return entity_response(request, entity, "entity-page", "schema/new_field.html", {"form": options_form})
        if _added(request, entity, form):
            return redirect("entity-page", acronym=acronym)
    if form.is_bound and form.kind is not None:
        return entity_response(request, entity, "entity-page", "schema/new_field.html", {"form": form}, status=422)
    fields = entity.fields.filter(hidden=False)
    context = {"fields": fields, "form": form, "leftovers": _leftovers(acronym), "has_one_form": _has_one_form(acronym)}
    return entity_response(request, entity, "entity-page", "schema/entity.html", context, status=422 if form.is_bound else 200)


def _posted_kind(request: SignedInRequest) -> fieldtypes.FieldType | None:
    """The chosen type, when the posted page already showed the options of that type."""
    return fieldtypes.get(request.POST.get("type", "")) if "with_options" in request.POST else None


def _added(request: SignedInRequest, entity: DataEntity, form: NewFieldForm) -> bool:
    try:
        definition = form.definition(names.proposed_name(form.cleaned_data["label"], _names(entity)))
        publication = draft_and_publish.add_and_publish(entity, definition, by=request.actor)
    except TablesInUse as busy:
        _add_later(request, entity, definition, busy)
    except SchemaRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    else:
        words = {"field": definition.name, "n": publication.number}
        messages.success(request, _("The field %(field)s is published (#%(n)s).") % words)
    return True


def _add_later(request: SignedInRequest, entity: DataEntity, definition: FieldDefinition, busy: TablesInUse) -> None:
    """The table is in use for longer than a page may wait: a job goes on waiting."""
    editing.add_field(entity, definition)
    draft = PublishRequest(entity.acronym, field=definition.name)
    jobs.start_publish(replace(draft, confirmed=draft.plan().digest), by=request.actor)
    message = _("The field %(field)s is drafted, and published as soon as the tables are free. %(busy)s")
    messages.warning(request, message % {"field": definition.name, "busy": busy.problems[0]})


def _leftovers(acronym: str) -> list[purging.Leftover]:
    published = publishing.published_snapshot().entities.get(acronym, EntityDefinition(acronym))
    return purging.leftovers(published)


def _has_one_form(acronym: str) -> bool:
    """Return True if the entity holds what is written in many ways and stored in one."""
    published = publishing.published_snapshot().entities.get(acronym)
    return published is not None and any(field.column and fieldtypes.has_one_form(field) for field in published.visible_fields)


def _names(entity: DataEntity) -> list[str]:
    return list(entity.fields.values_list("name", flat=True))
