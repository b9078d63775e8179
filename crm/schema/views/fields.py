"""One field: its options, a change of type, hiding and restoring it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.jobs import control
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.draft.dependencies import dependents
from crm.schema.errors import SchemaRefusal
from crm.schema.forms.field_forms import FieldForm, TypeForm
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import draft_and_publish, publishing
from crm.schema.views.frame import entity_response

BACKFILL = "backfill"  # the records' job that gives a default to those that have no value


@require_http_methods(["GET", "POST"])
def field_page(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    field = _field(request, acronym, name)
    definition = field.definition()
    form = FieldForm(definition, request.POST or None, empty=_empty(acronym, definition))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        if form.is_outdated:
            form.show_stored()
            status = 409
        elif address := _saved(request, field, form):
            return redirect(address, acronym=acronym)
    context = {"field": field, "form": form, "dependents": _dependents(acronym, name), "types": _types(field)}
    return entity_response(request, field.entity, "entity-page", "schema/field.html", context, status=status)


def _saved(request: SignedInRequest, field: Field, form: FieldForm) -> str:
    """The name of the page to go on with; empty when the form has to be looked at again."""
    try:
        publication = draft_and_publish.save_field(field, form.changes(), by=request.actor)
    except SchemaRefusal as refusal:
        form.add_error(None, str(refusal))
        return ""
    if form.cleaned_data.get("fill_empty") and field.default is not None:
        control.start(BACKFILL, by=request.actor, subject=f"{field.entity.acronym}.{field.name}", entity=field.entity.acronym)
        messages.info(request, _("The records that have no value are being given the default; see the jobs."))
    if publication is None:
        messages.info(request, _("Drafted. This is what publishing it does."))
        return "entity-plan"
    messages.success(request, _("Saved and published (#%(n)s).") % {"n": publication.number})
    return "entity-page"


@require_http_methods(["GET", "POST"])
def type_page(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """Changes the type, with the options of the new type."""
    field = _field(request, acronym, name)
    asked = request.POST.get("type") or request.GET.get("type") or field.type
    kind = fieldtypes.get(asked)
    form = TypeForm(field.definition(), kind, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            editing.retype_field(field, asked, options=form.options())
        except SchemaRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("entity-plan", acronym=acronym)
    context = {"field": field, "form": form, "type": asked, "types": _types(field)}
    return entity_response(
        request, field.entity, "entity-page", "schema/type.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def hide_field(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """Drafts it; the plan page shows what depends on it before anything happens."""
    return _drafted(request, _field(request, acronym, name), hidden=True)


@require_POST
def restore_field(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    field = _field(request, acronym, name)
    try:
        publication = draft_and_publish.save_field(field, {"hidden": False}, by=request.actor)
    except SchemaRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("entity-page", acronym=acronym)
    if publication is None:
        return redirect("entity-plan", acronym=acronym)
    words = {"field": field.name, "n": publication.number}
    messages.success(request, _("The field %(field)s is back with its values (#%(n)s).") % words)
    return redirect("field-page", acronym=acronym, name=name)


def _drafted(request: SignedInRequest, field: Field, **changes: bool) -> HttpResponse:
    try:
        editing.change_field(field, **changes)
    except SchemaRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("field-page", acronym=field.entity.acronym, name=field.name)
    return redirect("entity-plan", acronym=field.entity.acronym)


def _field(request: SignedInRequest, acronym: str, name: str) -> Field:
    require(request.actor, "schema", acronym)
    return get_object_or_404(Field.objects.select_related("entity"), entity__acronym=acronym, name=name)


def _types(field: Field) -> list[str]:
    """The types that its values may be converted to."""
    if field.locked or not fieldtypes.get(field.type).can_be_converted:
        return []
    kinds = {label: fieldtypes.get(label) for label in fieldtypes.labels()}
    offered = (label for label, kind in kinds.items() if kind.can_be_converted and not kind.filled_with)
    return [label for label in offered if label != field.type]


def _empty(acronym: str, definition: FieldDefinition) -> int:
    """How many records have no value; 0 where none can be without."""
    generated = current.models()
    published = generated.entity(acronym).field(definition.name) if acronym in generated else None
    if published is None or not published.column or fieldtypes.get(published.type).needs_default:
        return 0
    return int(generated[acronym].objects.filter(**{f"{definition.name}__isnull": True}).count())


def _dependents(acronym: str, name: str) -> list:
    snapshot = publishing.published_snapshot()
    return dependents(snapshot.entities[acronym], snapshot, name) if acronym in snapshot.entities else []
