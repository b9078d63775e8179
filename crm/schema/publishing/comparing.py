"""Messages about how two definitions of an entity differ; the database is not read."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition

WORDS = {
    "labels": gettext_lazy("label"),
    "description": gettext_lazy("description"),
    "nullable": gettext_lazy("may be empty"),
    "default": gettext_lazy("default"),
    "searchable": gettext_lazy("searchable"),
    "filterable": gettext_lazy("filterable"),
    "unique": gettext_lazy("unique"),
    "read_only": gettext_lazy("read-only"),
    "public_read": gettext_lazy("readable without credentials"),
    "public_write": gettext_lazy("writable without credentials"),
    "public_filter": gettext_lazy("filterable without credentials"),
    "options": gettext_lazy("settings of the type"),
}


def differences(before: EntityDefinition | None, after: EntityDefinition | None) -> list[str]:
    """From the one to the other; either may not have been there at all."""
    if before is None or after is None:
        if before is after:
            return []
        return [_("The entity is new.") if before is None else _("The entity is gone.")]
    return [*_names(before, after), *_fields(before, after), *_indexes(before, after), *_kept(before, after)]


def _names(before: EntityDefinition, after: EntityDefinition) -> Iterator[str]:
    if before.names != after.names:
        yield _("Its name changes from “%(before)s” to “%(after)s”.") % {"before": before.name, "after": after.name}


def _fields(before: EntityDefinition, after: EntityDefinition) -> Iterator[str]:
    was, will = ({field.name: field for field in entity.fields} for entity in (before, after))
    for name, field in will.items():
        yield from _field(was.get(name), field)
    yield from (_("%(field)s (%(type)s) is gone.") % _named(field) for name, field in was.items() if name not in will)


def _field(before: FieldDefinition | None, field: FieldDefinition) -> Iterator[str]:
    if before is None:
        yield _("%(field)s (%(type)s) is new.") % _named(field)
        return
    if before.hidden != field.hidden:
        yield (_("%(field)s is hidden.") if field.hidden else _("%(field)s is restored.")) % _named(field)
    if before.type != field.type:
        yield _("%(field)s changes from %(was)s to %(type)s.") % {**_named(field), "was": before.type}
    for option, word in WORDS.items():
        was, will = getattr(before, option), getattr(field, option)
        if was != will:
            words = {"field": field.name, "option": word, "before": _text(was), "after": _text(will)}
            yield _("%(field)s: %(option)s from %(before)s to %(after)s.") % words


def _indexes(before: EntityDefinition, after: EntityDefinition) -> Iterator[str]:
    was, will = set(before.indexes), set(after.indexes)
    yield from (_("Index %(name)s over %(fields)s is new.") % _described(index) for index in after.indexes if index not in was)
    yield from (_("Index %(name)s over %(fields)s is gone.") % _described(index) for index in before.indexes if index not in will)


def _kept(before: EntityDefinition, after: EntityDefinition) -> Iterator[str]:
    still = {kept.name for kept in after.kept}
    for kept in before.kept:
        if kept.name not in still:
            yield _("What %(field)s was as %(type)s is purged.") % _named(kept.field)


def _named(field: FieldDefinition) -> dict[str, str]:
    return {"field": field.name, "type": field.type}


def _described(index: IndexDefinition) -> dict[str, str]:
    return {"name": index.name, "fields": ", ".join(index.fields)}


def _text(value: Any) -> str:  # Any: an option's value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(each)}" for key, each in value.items()) or _("nothing")
    if isinstance(value, list | tuple):
        return ", ".join(_text(each.get("value", each)) if isinstance(each, Mapping) else str(each) for each in value) or _(
            "nothing"
        )
    return f"“{value}”" if value not in (None, "") else _("nothing")
