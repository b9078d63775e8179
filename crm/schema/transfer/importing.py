"""Imports a schema file: checked as a whole, then drafted, planned and published, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.draft.drafting import entity_drafts
from crm.schema.errors import InvalidSchemaFile, UnpublishableSchema
from crm.schema.fieldtypes.relationship import Relationship
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import BRIEF, Patience, under_publishing_lock
from crm.schema.transfer.schema_document import DEFAULTS, SETTINGS, Json, form_document, normalized_form
from crm.schema.transfer.shape import checked
from crm.schema.transfer.upgrading import upgraded

RELATIONSHIP = Relationship.label


@dataclass(frozen=True)
class ImportedSchema:
    """What was done, or would be: operations as `publish` lists them; no publication for a plan."""

    operations: list[Json]
    publication: int | None


def import_document(
    document: Any, *, by: Actor, plan: bool = False, patience: Patience = BRIEF
) -> ImportedSchema:  # Any: of a file
    """Adds and changes what the file names; what it does not name stays as it is.

    Raises InvalidSchemaFile, InvalidName, InvalidField, UnpublishableSchema; then nothing has changed, the draft neither.
    """
    entities = upgraded(document, checked(document))

    def imported() -> ImportedSchema:
        outcome = _take_over(document, entities, by=by)
        if plan:
            transaction.set_rollback(True)
            return replace(outcome, publication=None)
        record_event(by, "import-schema", subject=f"#{outcome.publication}", details={"operations": len(outcome.operations)})
        return outcome

    return under_publishing_lock(imported, patience)


def _take_over(document: Json, entities: Sequence[Json], *, by: Actor) -> ImportedSchema:
    acronyms = [entity["acronym"] for entity in entities]
    _refuse_open_drafts(acronyms)
    for entity in entities:
        _entity_of(entity)
    for entity in entities:
        _draft(entity)
    for entity in entities:
        _relate(entity)
    planned = publishing.make_plan(entity_drafts(acronyms))
    operations = planned.operations()
    planned.check()
    publication = publishing.carry_out(planned, by=by).number
    laid_out = [sentence for entity in entities for sentence in _lay_out(entity)]
    others = [s for name, part in extensions.schema_parts.items() for s in part.take_over(document.get(name, []), by)]
    return ImportedSchema(operations + [{"sentence": s, "risk": "none", "sql": []} for s in [*laid_out, *others]], publication)


def _refuse_open_drafts(acronyms: Sequence[str]) -> None:
    waiting = {step.entity.acronym for step in publishing.make_plan(entity_drafts(acronyms)).steps}
    if open_ones := [acronym for acronym in acronyms if acronym in waiting]:
        message = _("The draft of %s holds changes that are not published: publish them, or take them back, first.")
        raise UnpublishableSchema([message % ", ".join(open_ones)])


def _entity_of(document: Json) -> DataEntity:
    entity = DataEntity.objects.filter(acronym=document["acronym"]).first()
    if entity is None:
        entity = editing.create_entity(
            document["acronym"], document["names"] or document["acronym"], key=document.get("key", "made")
        )
    if entity.names != document["names"]:
        entity.names = document["names"]
        entity.save(update_fields=["names"])
    return entity


def _draft(document: Json) -> None:
    entity = DataEntity.objects.get(acronym=document["acronym"])
    known = {field.name: field for field in entity.fields.all()}
    for entry in document["fields"]:
        if entry["name"] not in known:
            settings = {name: entry.get(name, DEFAULTS[name]) for name in SETTINGS}
            editing.draft_field(
                entity, FieldDefinition(entry["name"], entry["type"], **settings | {"options": _options_now(entry)})
            )
        elif entry["type"] != RELATIONSHIP:
            _change(known[entry["name"]], entry)
    for index in document["indexes"]:
        entity.indexes.update_or_create(name=index["name"], defaults={"fields": index["fields"], "unique": index["unique"]})


def _options_now(entry: Json) -> Json:
    """Without the field that a relationship shows: that may come later in the file."""
    options: Json = entry.get("options", {})
    return {name: value for name, value in options.items() if entry["type"] != RELATIONSHIP or name != "display"}


def _relate(document: Json) -> None:
    """Relationships, when every entity of the file has all its fields: entities may point to each other in a circle."""
    for entry in document["fields"]:
        if entry["type"] == RELATIONSHIP:
            _change(Field.objects.get(entity__acronym=document["acronym"], name=entry["name"]), entry)


def _change(field: Field, entry: Json) -> None:
    if field.hidden:
        editing.restore_field(field)
    if field.type != entry["type"]:
        editing.retype_field(field, entry["type"], options=entry.get("options", {}))
    settings = {name: entry.get(name, DEFAULTS[name]) for name in SETTINGS}
    if changes := {name: value for name, value in settings.items() if getattr(field, name) != value}:
        editing.change_field(field, **changes)


def _lay_out(document: Json) -> Iterator[str]:
    """Forms of the file take the place of those with their names."""
    entity = DataEntity.objects.get(acronym=document["acronym"])
    names = {field["name"] for field in document["fields"]}
    for entry in document["forms"]:
        existing = entity.forms.filter(name=entry["name"]).first()
        if existing and form_document(existing, names) == normalized_form(entry):
            continue
        if existing and existing.owner_id:
            raise InvalidSchemaFile(_("%(where)s: somebody's own form is called so.") % {"where": f"{entity}, {entry['name']}"})
        if entry["is_default"]:
            entity.forms.update(is_default=False)
        values = {"labels": entry["labels"], "is_default": entry["is_default"], "design": FormDesign.from_json(entry).to_json()}
        values["role"] = entry.get("role", "")
        entity.forms.update_or_create(name=entry["name"], defaults=values)
        yield _("Lay out the form “%(form)s” of %(entity)s.") % {"form": entry["name"], "entity": entity}
    if not entity.forms.filter(is_default=True).exists():
        raise InvalidSchemaFile(_("%(where)s: one of its forms is the default one.") % {"where": entity})
