"""A schema file brought into this site: judged as a whole, drafted, planned and published, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from django.db import transaction
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import Role
from crm.schema import editing, publishing
from crm.schema.definitions import FieldDefinition, Key
from crm.schema.designs import RULES, FormDesign
from crm.schema.drafting import entity_drafts
from crm.schema.errors import UnpublishableSchema
from crm.schema.fieldtypes.relationship import Relationship
from crm.schema.models import DataEntity, Field
from crm.schema.portable import FORMAT, SETTINGS, USUAL, Json, form_document, form_told
from crm.schema.waiting import BRIEF, Patience, patiently

RELATIONSHIP = Relationship.label


class InvalidSchemaFile(ValueError):
    """The file is no schema of ours, or says what cannot be; the message tells where."""


@dataclass(frozen=True)
class Outcome:
    """What was done, or with a plan would be: an operation as `publish` tells it; no publication for a plan."""

    operations: list[Json]
    publication: int | None


def import_document(document: Any, *, by: Actor, plan: bool = False, patience: Patience = BRIEF) -> Outcome:  # Any: of a file
    """Adds and changes what the file names; what it does not name stays as it is.

    Raises InvalidSchemaFile, InvalidName, InvalidField, UnpublishableSchema; then nothing has changed, the draft neither.
    """
    entities = _checked(document)

    @transaction.atomic
    def once() -> Outcome:
        outcome = _take_over(document, entities, by=by)
        if plan:
            transaction.set_rollback(True)
            return replace(outcome, publication=None)
        record_event(by, "import-schema", subject=f"#{outcome.publication}", details={"operations": len(outcome.operations)})
        return outcome

    return patiently(once, patience)


def _take_over(document: Json, entities: Sequence[Json], *, by: Actor) -> Outcome:
    acronyms = [entity["acronym"] for entity in entities]
    _refuse_open_drafts(acronyms)
    for entity in entities:
        _entity_of(entity)
    for entity in entities:
        _draft(entity)
    for entity in entities:
        _relate(entity)
    wanted = entity_drafts(acronyms)
    planned = publishing.make_plan(wanted)
    operations = [
        {"sentence": step.sentence, "risk": step.risk, "sql": lines}
        for step, lines in zip(planned.steps, planned.statements(), strict=True)
    ]
    publication = publishing.publish(wanted, by=by).number
    laid_out = [sentence for entity in entities for sentence in _lay_out(entity)]
    others = [s for name, part in extensions.schema_parts.items() for s in part.take_over(document.get(name, []), by)]
    return Outcome(operations + [{"sentence": s, "risk": "none", "sql": []} for s in [*laid_out, *others]], publication)


def _refuse_open_drafts(acronyms: Sequence[str]) -> None:
    waiting = {step.entity.acronym for step in publishing.make_plan(entity_drafts(acronyms)).steps}
    if open_ones := [acronym for acronym in acronyms if acronym in waiting]:
        said = _("The draft of %s holds changes that are not published: publish them, or take them back, first.")
        raise UnpublishableSchema([said % ", ".join(open_ones)])


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
    for told in document["fields"]:
        if told["name"] not in known:
            settings = {name: told.get(name, USUAL[name]) for name in SETTINGS}
            editing.draft_field(entity, FieldDefinition(told["name"], told["type"], **settings | {"options": _options_now(told)}))
        elif told["type"] != RELATIONSHIP:
            _change(known[told["name"]], told)
    for index in document["indexes"]:
        entity.indexes.update_or_create(name=index["name"], defaults={"fields": index["fields"], "unique": index["unique"]})


def _options_now(told: Json) -> Json:
    """Without the field that a relationship shows: that may stand further down in the file."""
    options: Json = told.get("options", {})
    return {name: value for name, value in options.items() if told["type"] != RELATIONSHIP or name != "display"}


def _relate(document: Json) -> None:
    """Relationships, when every entity of the file has all its fields: entities may point to each other in a circle."""
    for told in document["fields"]:
        if told["type"] == RELATIONSHIP:
            _change(Field.objects.get(entity__acronym=document["acronym"], name=told["name"]), told)


def _change(field: Field, told: Json) -> None:
    if field.hidden:
        editing.restore_field(field)
    if field.type != told["type"]:
        editing.retype_field(field, told["type"], options=told.get("options", {}))
    said = {name: told.get(name, USUAL[name]) for name in SETTINGS}
    if changes := {name: value for name, value in said.items() if getattr(field, name) != value}:
        editing.change_field(field, **changes)


def _lay_out(document: Json) -> Iterator[str]:
    """Forms of the file take the place of those with their names."""
    entity = DataEntity.objects.get(acronym=document["acronym"])
    names = {field["name"] for field in document["fields"]}
    for told in document["forms"]:
        standing = entity.forms.filter(name=told["name"]).first()
        if standing and form_document(standing, names) == form_told(told):
            continue
        if told["is_default"]:
            entity.forms.update(is_default=False)
        said = {"labels": told["labels"], "is_default": told["is_default"], "design": FormDesign.from_json(told).to_json()}
        said["role"] = told.get("role", "")
        entity.forms.update_or_create(name=told["name"], defaults={**said, "owner": None})
        yield _("Lay out the form “%(form)s” of %(entity)s.") % {"form": told["name"], "entity": entity}


def _checked(document: Any) -> list[Json]:  # Any: of a file
    """The entities of a file whose shape is right. Raises InvalidSchemaFile."""
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise InvalidSchemaFile(_("This is no schema file: it has no format."))
    if document["format"] > FORMAT:
        said = _("The file has format %(found)s, written by a newer release; this one reads %(known)s.")
        raise InvalidSchemaFile(said % {"found": document["format"], "known": FORMAT})
    if _holds_nul(document):
        raise InvalidSchemaFile(_("The file holds the character NUL, which no text can."))
    for entity in _list(document, "entities", _("The file")):
        _check_entity(entity)
    for name in extensions.schema_parts:
        _list({name: [], **document}, name, _("The file"))
    return document["entities"]


def _holds_nul(value: Any) -> bool:  # Any: JSON
    if isinstance(value, dict):
        return any(map(_holds_nul, [*value, *value.values()]))
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _check_entity(entity: Json) -> None:
    where = str(entity.get("acronym"))[:20]
    _check({"key": "made", **entity}, where, acronym=str, names=dict, key=str)
    if entity.get("key", "made") not in get_args(Key):
        raise InvalidSchemaFile(_("%(where)s: ids are “made” or “given”.") % {"where": where})
    for field in _list(entity, "fields", where):
        _check(field, where, name=str, type=str)
        name = f"{where}.{field['name'][:50]}"
        _check({**USUAL, **field}, name, **{setting: type(usual) for setting, usual in USUAL.items() if usual is not None})
        if unknown := field.keys() - {"name", "type", *SETTINGS}:
            raise InvalidSchemaFile(_("%(where)s: “%(what)s” is no setting of a field.") % {"where": name, "what": min(unknown)})
    for index in _list(entity, "indexes", where):
        _check(index, where, name=str, fields=list, unique=bool)
    names = {field["name"] for field in entity["fields"]}
    for form in _list(entity, "forms", where):
        _check({"role": "", **form}, where, name=str, is_default=bool, labels=dict, role=str)
        _check_form(form, names, f"{where}, {form['name'][:50]}")


def _check_form(form: Json, fields: set[str], where: str) -> None:
    role = form.get("role", "")
    if role not in {"", *Role.values} or (role and form["is_default"]):
        said = _("%(where)s: a form is for a role that there is, and the default one for everybody.")
        raise InvalidSchemaFile(said % {"where": where})
    named = [*_list({"list_columns": [], **form}, "list_columns", where)]
    for section in _list(form, "sections", where):
        _check(section, where, key=str, labels=dict, columns=list)
        named += [place for column in section["columns"] for place in _list({"columns": column}, "columns", where)]
    for place in named:
        _check({**dict.fromkeys(RULES, ""), **place}, where, field=str, **dict.fromkeys(RULES, str))
    texts = [name for part in ("filters", "highlights") for name in _texts(form, part, where)]
    if unknown := {*texts, *(place["field"] for place in named)} - fields:
        said = _("%(where)s: there is no field “%(field)s” to show.")
        raise InvalidSchemaFile(said % {"where": where, "field": min(unknown)[:50]})
    _texts(form, "related", where)
    _check({"sort": "", "query": "", **form}, where, sort=str, query=str)


def _texts(told: Json, name: str, where: str) -> list[str]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise InvalidSchemaFile(_("%(where)s: “%(name)s” is not a list of names.") % {"where": where, "name": name})
    return found


def _check(told: Json, where: str, **kinds: type) -> None:
    for name, kind in kinds.items():
        if not isinstance(told.get(name), kind):
            said = _("%(where)s: “%(name)s” is missing, or is not of the kind %(kind)s.")
            raise InvalidSchemaFile(said % {"where": where, "name": name, "kind": kind.__name__})


def _list(told: Json, name: str, where: str) -> list[Json]:
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InvalidSchemaFile(_("%(where)s: “%(name)s” is not a list of objects.") % {"where": where, "name": name})
    return found
