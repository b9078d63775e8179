"""The schema as one reviewable file: what is published, the forms in force, and what other packages keep of it."""

from dataclasses import MISSING, fields
from typing import Any

from django.db import models

from crm.extensions import extensions
from crm.schema import publishing
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition
from crm.schema.drafting import entity_draft
from crm.schema.models import DRAFTED, DataEntity, Form, FormSection

FORMAT = 1  # of the file; a release that changes it upgrades older ones
Json = dict[str, Any]  # Any: JSON values

# What a field says beyond its name and type, where it is not what every field says.
SETTINGS = tuple(name for name in DRAFTED if name not in {"name", "type", "hidden", "locked"})
USUAL = {
    setting.name: setting.default_factory() if setting.default is MISSING else setting.default  # type: ignore[misc]  # one of both
    for setting in fields(FieldDefinition)
    if setting.name in SETTINGS
}


def document() -> Json:
    """The file's content. Hidden fields are not in it: they are kept for those who hid them."""
    published = publishing.published_snapshot()
    forms = Form.objects.select_related("entity").prefetch_related("sections__places")
    by_entity: dict[str, list[Json]] = {}
    for form in forms:
        by_entity.setdefault(form.entity.acronym, []).append(form_document(form))
    entities = [_entity(entity, by_entity.get(entity.acronym, [])) for entity in published]
    return {"format": FORMAT, "entities": entities, **{name: part.document() for name, part in extensions.schema_parts.items()}}


def _entity(entity: EntityDefinition, forms: list[Json]) -> Json:
    return {
        "acronym": entity.acronym,
        "names": dict(entity.names),
        "fields": [field_document(field) for field in entity.visible_fields],
        "indexes": [index_document(index) for index in entity.indexes],
        "forms": forms,
    }


def field_document(field: FieldDefinition) -> Json:
    said = {name: getattr(field, name) for name in SETTINGS}
    return {"name": field.name, "type": field.type, **{name: value for name, value in said.items() if value != USUAL[name]}}


def index_document(index: IndexDefinition) -> Json:
    return {"name": index.name, "fields": list(index.fields), "unique": index.unique}


def form_document(form: Form) -> Json:
    return {**_columns(form), "sections": [_section(section) for section in form.sections.all()]}


def _section(section: FormSection) -> Json:
    return {**_columns(section), "places": [_columns(place) for place in section.places.all()]}


def _columns(row: models.Model) -> Json:
    return {name: getattr(row, name) for name in settings_of(type(row))}


def settings_of(model: type[models.Model]) -> list[str]:
    """What a form, section or place says of itself: all but its key and what it belongs to."""
    return [column.name for column in model._meta.concrete_fields if not column.primary_key and not column.is_relation]


def is_draft_published(acronym: str) -> bool:
    """Whether the draft of an entity holds nothing that is not published."""
    drafted = DataEntity.objects.filter(acronym=acronym).exists()
    return not drafted or not publishing.make_plan(entity_draft(acronym)).steps
