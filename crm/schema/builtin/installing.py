"""Installs and publishes the built-in entities, on a fresh site and after an upgrade."""

from collections.abc import Iterator
from typing import Any, TextIO

from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import AuditEvent
from crm.schema.builtin.addresses import ADDRESSES
from crm.schema.builtin.customers import CUSTOMERS
from crm.schema.builtin.entities import BuiltIn
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.draft.drafting import with_column
from crm.schema.draft.fitting import fitted
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing

BUILT_IN = (CUSTOMERS, ADDRESSES)
KEPT = "keep-field"  # audit event of a user's field that has the name of a core field
# What a release defines of a core field; labels, descriptions and search flags are the shop's.
CORE = ("type", "options", "nullable", "unique", "read_only", "locked", "hidden", "public_write")


def install(*, stdout: TextIO | None = None, **_signal: Any) -> None:  # Any: what a signal sends along
    """Safe to run again. A user's field named like a core field is
    adopted if it has the same column, otherwise kept and reported."""
    for built_in in BUILT_IN:
        with transaction.atomic():
            kept = _install(built_in)
        for message in kept:
            if stdout:
                stdout.write(message)


def _install(built_in: BuiltIn) -> list[str]:
    """Returns a message for each core field that differs from what is built in."""
    entity = DataEntity.objects.filter(acronym=built_in.acronym).first()
    if entity is not None and not entity.locked and not _is_meant(entity, built_in):
        return [_keep(built_in.acronym, "", _("The entity %s is the shop's own, so it is left alone.") % built_in.acronym)]
    is_fresh = entity is None
    entity = entity or editing.create_entity(built_in.acronym, built_in.labels["en"])
    added, changed, kept = _settle_fields(entity, built_in)
    _settle_form(entity, built_in, added, is_fresh=is_fresh)
    DataEntity.objects.filter(pk=entity.pk, locked=False).update(locked=True)
    if added | changed:
        publishing.publish_entity(built_in.acronym, added | changed, by=Actor.operator())
    return kept


def _is_meant(entity: DataEntity, built_in: BuiltIn) -> bool:
    """Return True if a user's entity of the same acronym can be adopted as
    the built-in one: at least half of its field names are core fields."""
    core = {definition.name for definition in built_in.definitions}
    names = set(entity.fields.values_list("name", flat=True))
    return not names or len(names & core) * 2 >= len(names)


def _settle_fields(entity: DataEntity, built_in: BuiltIn) -> tuple[set[str], set[str], list[str]]:
    """The names of new and of changed fields, and messages about those that stay the user's."""
    known = {field.name.lower(): field for field in entity.fields.all()}
    added: set[str] = set()
    changed: set[str] = set()
    kept: list[str] = []
    for definition in map(fitted, built_in.definitions):
        field = known.get(definition.name.lower())
        if field is None:
            editing.draft_field(entity, definition)
            added.add(definition.name)
        elif field.locked or _fits(field, definition):
            changed |= set(_take_over(field, definition))
        else:
            kept.append(_keep(entity.acronym, definition.name, _kept_message(field, definition)))
    return added, changed, kept


def _fits(field: Field, definition: FieldDefinition) -> bool:
    """Return True if the values can stay where they are: the same column and uniqueness."""
    theirs = with_column(field.definition())
    return (
        theirs.name == definition.name and theirs.column == with_column(definition).column and theirs.unique == definition.unique
    )


def _take_over(field: Field, definition: FieldDefinition) -> Iterator[str]:
    """Applies the release's definition; yields the field's name if anything was different."""
    different = {name: getattr(definition, name) for name in CORE if getattr(field, name) != getattr(definition, name)}
    if different:
        Field.objects.filter(pk=field.pk).update(**different)
        yield field.name


def _settle_form(entity: DataEntity, built_in: BuiltIn, added: set[str], *, is_fresh: bool) -> None:
    form = entity.forms.filter(is_default=True).first()
    if form is None or not added:
        return
    if is_fresh:
        form.labels, form.design = dict(built_in.labels), built_in.design().to_json()
        DataEntity.objects.filter(pk=entity.pk).update(names=dict(built_in.labels))
    else:
        form.design = built_in.design_with(form.content(), added).to_json()
    form.save()


def _kept_message(field: Field, definition: FieldDefinition) -> str:
    words = {"field": field.name, "type": field.type, "core": definition.name, "core_type": definition.type}
    return _("The field %(field)s (%(type)s) is kept as it is, although %(core)s (%(core_type)s) is built in.") % words


def _keep(acronym: str, name: str, message: str) -> str:
    """Notes it in the audit trail, once."""
    subject = f"{acronym}.{name}".rstrip(".")
    if not AuditEvent.objects.filter(verb=KEPT, subject=subject).exists():
        record_event(Actor.operator(), KEPT, subject=subject, details={"kept": message})
    return message
