"""Exports the schema as one reviewable document: published entities, current forms, and the parts that other packages add."""

from collections.abc import Container
from dataclasses import MISSING, fields
from typing import Any

from crm.extensions import extensions
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition
from crm.schema.form_design import FormDesign
from crm.schema.models import DRAFTED, Form
from crm.schema.publishing import publishing

FORMAT = 2  # of the file; a release that changes it upgrades older ones (`upgrading`)
Json = dict[str, Any]  # Any: JSON values

# The settings of a field besides its name and type; those with their default are left out.
SETTINGS = tuple(name for name in DRAFTED if name not in {"name", "type", "hidden", "locked"})
DEFAULTS = {
    setting.name: setting.default_factory() if setting.default is MISSING else setting.default  # type: ignore[misc, operator]  # one of both
    for setting in fields(FieldDefinition)
    if setting.name in SETTINGS
}


def document() -> Json:
    """The file's content. Hidden fields are not in it: they are kept for those who hid them."""
    published = publishing.published_snapshot()
    shared = Form.objects.filter(owner=None).select_related("entity")
    by_entity: dict[str, list[Form]] = {}
    for form in shared:
        by_entity.setdefault(form.entity.acronym, []).append(form)
    entities = [_entity(entity, by_entity.get(entity.acronym, [])) for entity in published]
    return {"format": FORMAT, "entities": entities, **{name: part.document() for name, part in extensions.schema_parts.items()}}


def _entity(entity: EntityDefinition, forms: list[Form]) -> Json:
    names = {field.name for field in entity.visible_fields}
    return {
        "acronym": entity.acronym,
        "names": dict(entity.names),
        **({"key": entity.key} if entity.key != "made" else {}),
        "fields": [field_document(field) for field in entity.visible_fields],
        "indexes": [index_document(index) for index in entity.indexes],
        "forms": [form_document(form, names) for form in forms],
    }


def field_document(field: FieldDefinition) -> Json:
    settings = {name: getattr(field, name) for name in SETTINGS}
    return {
        "name": field.name,
        "type": field.type,
        **{name: value for name, value in settings.items() if value != DEFAULTS[name]},
    }


def index_document(index: IndexDefinition) -> Json:
    return {"name": index.name, "fields": list(index.fields), "unique": index.unique}


def form_document(form: Form, fields: Container[str]) -> Json:
    """A form, reduced to these fields."""
    role = {"role": form.role} if form.role else {}
    return {
        "name": form.name,
        "labels": form.labels,
        "is_default": form.is_default,
        **role,
        **form.content().only(fields).to_json(),
    }


def normalized_form(entry: Json) -> Json:
    """A form of a file as this release would write it."""
    settings = {name: value for name, value in entry.items() if name != "role" or value}
    return {**settings, **FormDesign.from_json(entry).to_json()}
