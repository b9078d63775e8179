"""Indexes and alternate keys of an entity: made and dropped."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema import jobs
from crm.schema.definitions import EntityDefinition
from crm.schema.draft import indexes
from crm.schema.errors import SchemaRefusal, TablesInUse
from crm.schema.forms.field_forms import IndexForm
from crm.schema.generated import constraints
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish, publishing
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.views.frame import entity_response


@require_http_methods(["GET", "POST"])
def index_page(request: SignedInRequest, acronym: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    published = publishing.published_snapshot().entities.get(acronym, EntityDefinition(acronym))
    names = [field.name for field in published.visible_fields if field.column]
    form = IndexForm(request.POST or None, names=names)
    if form.is_bound and form.is_valid() and _added(request, entity, form):
        return redirect("entity-indexes", acronym=acronym)
    drafted = {index.name: index for index in entity.indexes.all()}
    known = {index.name for index in published.indexes}
    context = {
        "form": form,
        "names": names,
        "rows": [(index, index.name in known) for index in drafted.values()],
        "singles": [field for field in published.visible_fields if field.unique and field.column],
        "keys": list(constraints.named_indexes(published)),
    }
    return entity_response(
        request, entity, "entity-indexes", "schema/indexes.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def drop_index(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    require(request.actor, "schema", acronym)
    entity = get_object_or_404(DataEntity, acronym=acronym)
    indexes.drop_index(entity, name)
    try:
        _published(request, acronym, _("The index %s is dropped.") % name)
    except SchemaRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("entity-indexes", acronym=acronym)


def _added(request: SignedInRequest, entity: DataEntity, form: IndexForm) -> bool:
    """Return True if it is made or being made; when it is refused, the draft is as it was."""
    name, fields, unique = (form.cleaned_data[part] for part in ("name", "fields_text", "unique"))
    was_there = entity.indexes.filter(name__iexact=name).exists()
    try:
        draft_and_publish.add_index(entity, name, fields, unique=unique)
        _published(request, entity.acronym, _("The index %s is made.") % name)
    except SchemaRefusal as refusal:
        if not was_there:
            draft_and_publish.discard_index(entity, name)
        form.add_error(None, str(refusal))
        return False
    return True


def _published(request: SignedInRequest, acronym: str, message: str) -> None:
    """At once, or as a job where the table is large or in use. Raises UnpublishableSchema."""
    wanted = PublishRequest(acronym, indexes_only=True)
    plan = wanted.plan().at_a_glance()
    plan.check()
    wanted = replace(wanted, confirmed=plan.digest)
    if plan.is_long:
        _started(request, wanted, _("This takes a while; you may leave this page."))
        return
    try:
        wanted.publish(by=request.actor)
        messages.success(request, message)
    except TablesInUse as busy:
        _started(request, wanted, busy.problems[0])


def _started(request: SignedInRequest, wanted: PublishRequest, message: str) -> None:
    jobs.start_publish(wanted, by=request.actor)
    messages.info(request, message)
