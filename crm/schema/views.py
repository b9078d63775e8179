"""Pages of the schema editor: entities, fields, plan."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.people.requests import SignedInRequest
from crm.people.rules import require
from crm.schema import adding, editing, names, publishing
from crm.schema.drafting import entity_draft
from crm.schema.forms import FieldOptionsForm, NewFieldForm
from crm.schema.models import DataEntity, Field, Publication

REFUSALS = (editing.InvalidField, names.InvalidName, publishing.UnpublishableSchema)


@require_GET
def entity_list(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "schema")
    entities = DataEntity.objects.prefetch_related("fields")
    return render(request, "schema/entities.html", {"entities": entities, "publication": Publication.objects.first()})


@require_http_methods(["GET", "POST"])
def entity_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    form = NewFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            definition = form.definition(names.proposed_name(form.cleaned_data["label"], _names(entity)))
            number = adding.add_and_publish(entity, definition, by=request.actor)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The field %(field)s is published (#%(n)s).") % {"field": definition.name, "n": number})
            return redirect("entity-page", acronym=acronym)
    steps = publishing.make_plan().steps
    context = {"entity": entity, "fields": entity.fields.all(), "form": form, "steps": steps}
    return render(request, "schema/entity.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def field_page(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    field = get_object_or_404(Field.objects.select_related("entity"), entity__acronym=acronym, name=name)
    initial = {"label": field.definition().label, "description": field.description}
    flags = {"searchable": field.searchable, "filterable": field.filterable}
    form = FieldOptionsForm(request.POST or None, initial={**initial, **flags})
    if request.method == "POST" and form.is_valid():
        try:
            _change(field, form.cleaned_data, request)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("entity-page", acronym=acronym)
    return render(request, "schema/field.html", {"field": field, "form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def plan_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    plan = publishing.make_plan(entity_draft(acronym))
    if request.method == "POST":
        try:
            publication = publishing.publish(entity_draft(acronym), by=request.actor)
        except publishing.UnpublishableSchema as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Published as #%(n)s.") % {"n": publication.number})
            return redirect("entity-page", acronym=acronym)
    rows = list(zip(plan.steps, plan.statements(), strict=True))
    return render(request, "schema/plan.html", {"acronym": acronym, "rows": rows})


@transaction.atomic
def _change(field: Field, cleaned: dict[str, object], request: SignedInRequest) -> None:
    labels = {**field.labels, (get_language() or "en"): cleaned.pop("label")}
    editing.change_field(field, labels=labels, **cleaned)
    publication = publishing.publish_entity(field.entity.acronym, {field.name}, by=request.actor)
    messages.success(request, _("Saved and published (#%(n)s).") % {"n": publication.number})


def _names(entity: DataEntity) -> list[str]:
    return list(entity.fields.values_list("name", flat=True))
