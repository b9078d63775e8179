"""Validates the structure of a schema file before anything of it is imported."""

import re
from dataclasses import MISSING, fields
from typing import Any, get_args

from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.people.models import Role
from crm.schema.definitions import Key
from crm.schema.designs.stored_forms import LONGEST_NAME, RESERVED
from crm.schema.errors import InvalidSchemaFile
from crm.schema.form_design import CLUSTERS_COLUMN, PlaceDesign
from crm.schema.transfer.schema_document import DEFAULTS, FORMAT, SETTINGS, Json

FORM_NAME = re.compile(rf"[-\w]{{1,{LONGEST_NAME}}}", re.ASCII)
# The settings of a place where the file leaves them out; a default is a value of its field's type.
PLACE = {each.name: each.default for each in fields(PlaceDesign) if each.default is not MISSING and each.name != "default"}


def checked(document: Any) -> list[Json]:  # Any: of a file
    """The entities of a file whose shape is right. Raises InvalidSchemaFile."""
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise InvalidSchemaFile(_("This is no schema file: it has no format."))
    if document["format"] > FORMAT:
        message = _("The file has format %(found)s, written by a newer release; this one reads %(known)s.")
        raise InvalidSchemaFile(message % {"found": document["format"], "known": FORMAT})
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
    _check({"key": "made", **entity}, where, acronym=str, key=str)
    _check_labels(entity, "names", where)
    if entity.get("key", "made") not in get_args(Key):
        raise InvalidSchemaFile(_("%(where)s: ids are “made” or “given”.") % {"where": where})
    for field in _list(entity, "fields", where):
        _check(field, where, name=str, type=str)
        name = f"{where}.{field['name'][:50]}"
        _check({**DEFAULTS, **field}, name, **{setting: type(usual) for setting, usual in DEFAULTS.items() if usual is not None})
        _check_labels({**DEFAULTS, **field}, "labels", name)
        if unknown := field.keys() - {"name", "type", *SETTINGS}:
            raise InvalidSchemaFile(_("%(where)s: “%(what)s” is no setting of a field.") % {"where": name, "what": min(unknown)})
    for index in _list(entity, "indexes", where):
        _check(index, where, name=str, fields=list, unique=bool)
    names = {field["name"] for field in entity["fields"]}
    for form in _list(entity, "forms", where):
        _check({"role": "", **form}, where, name=str, is_default=bool, role=str)
        _check_form(form, names, f"{where}, {form['name'][:50]}")


def _check_form(form: Json, fields: set[str], where: str) -> None:
    if not FORM_NAME.fullmatch(form["name"]) or form["name"] in RESERVED:
        raise InvalidSchemaFile(_("%(where)s: no form can be called so.") % {"where": where})
    _check_labels(form, "labels", where)
    role = form.get("role", "")
    if role not in {"", *Role.values} or (role and form["is_default"]):
        message = _("%(where)s: a form is for a role that there is, and the default one for everybody.")
        raise InvalidSchemaFile(message % {"where": where})
    columns = _list({"list_columns": [], **form}, "list_columns", where)
    for column in columns:
        _check({"width": 0, **column}, where, field=str, width=int)
    places = [place for section in _list(form, "sections", where) for place in _checked_places(section, where)]
    texts = [name for part in ("filters", "highlights") for name in _texts(form, part, where)]
    texts, columns = _without_clusters(texts), [column for column in columns if column["field"] != CLUSTERS_COLUMN]
    if unknown := {*texts, *(named["field"] for named in [*columns, *places])} - fields:
        message = _("%(where)s: there is no field “%(field)s” to show.")
        raise InvalidSchemaFile(message % {"where": where, "field": min(unknown)[:50]})
    _texts(form, "related", where)
    _check({"sort": "", "query": "", **form}, where, sort=str, query=str)


def _without_clusters(names: list[str]) -> list[str]:
    return [name for name in names if name != CLUSTERS_COLUMN]


def _checked_places(section: Json, where: str) -> list[Json]:
    _check(section, where, key=str, columns=list)
    _check_labels(section, "labels", where)
    places = [place for column in section["columns"] for place in _list({"columns": column}, "columns", where)]
    for place in places:
        _check({**PLACE, **place}, where, field=str, **{name: type(usual) for name, usual in PLACE.items()})
    return places


def _check_labels(entry: Json, name: str, where: str) -> None:
    """A label by language."""
    _check(entry, where, **{name: dict})
    _check(entry[name], f"{where}, {name}", **dict.fromkeys(entry[name], str))


def _texts(entry: Json, name: str, where: str) -> list[str]:
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise InvalidSchemaFile(_("%(where)s: “%(name)s” is not a list of names.") % {"where": where, "name": name})
    return found


def _check(entry: Json, where: str, **kinds: type) -> None:
    for name, kind in kinds.items():
        if not isinstance(entry.get(name), kind):
            message = _("%(where)s: “%(name)s” is missing, or is not of the kind %(kind)s.")
            raise InvalidSchemaFile(message % {"where": where, "name": name, "kind": kind.__name__})


def _list(entry: Json, name: str, where: str) -> list[Json]:
    found = entry.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InvalidSchemaFile(_("%(where)s: “%(name)s” is not a list of objects.") % {"where": where, "name": name})
    return found
