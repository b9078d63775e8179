"""Brings a schema file of an earlier release to this release's format."""

from collections.abc import Container

from crm.extensions import extensions
from crm.schema.designs.arranging import gather_clusters
from crm.schema.form_design import FormDesign
from crm.schema.transfer.schema_document import Json


def upgraded(document: Json, entities: list[Json]) -> list[Json]:
    """The entities of a file, checked already, as a file of this release would have them.

    Until format 2 the list of a form had a column and a filter for each cluster.
    """
    return [_with_one_column(entity, document) for entity in entities] if document["format"] < 2 else entities


def _with_one_column(entity: Json, document: Json) -> Json:
    fields = {*extensions.cluster_fields(entity["acronym"]), *_clusters_of(document, entity)}
    return {**entity, "forms": [_gathered(form, fields) for form in entity["forms"]]}


def _clusters_of(document: Json, entity: Json) -> set[str]:
    """The fields that are clusters of the file itself."""
    own = {field["name"] for field in entity["fields"] if field["type"] in {"Boolean", "Rule"}}
    parts = [part.fields(document.get(name, [])) for name, part in extensions.schema_parts.items()]
    return {name for named in parts for acronym, name in named if acronym == entity["acronym"]} & own


def _gathered(form: Json, fields: Container[str]) -> Json:
    design = gather_clusters(FormDesign.from_json(form), fields).to_json()
    return {**form, "list_columns": design["list_columns"], "filters": design["filters"]}
