"""Edits the draft: creates, renames and changes entities and fields, and places fields on forms."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.schema import fieldtypes, names
from crm.schema.definitions import FieldDefinition, Key
from crm.schema.designs.arranging import add_section, add_to, put_last
from crm.schema.designs.stored_forms import DETAILS, change_default
from crm.schema.draft.fitting import PUBLIC, changed, fitted, retyped
from crm.schema.draft.rule_names import with_names
from crm.schema.errors import InvalidField, InvalidName
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity, Field, Form

OPTIONS_OF_LOCKED = {"labels", "description", "nullable", "default", "searchable", "filterable", *PUBLIC}
LIST_COLUMNS = 6  # how many columns a new form's list shows


@transaction.atomic
def create_entity(acronym: str, name: str | Mapping[str, str], *, locked: bool = False, key: Key = "made") -> DataEntity:
    """Drafts an entity with its default form; the name is in English, or by language. Raises InvalidName."""
    _check_new(acronym)
    labels = {"en": name} if isinstance(name, str) else dict(name)
    entity = DataEntity.objects.create(
        acronym=acronym, names=labels, key=key, locked=locked, position=DataEntity.everything.count()
    )
    design = add_section(FormDesign(), DETAILS)
    Form.objects.create(entity=entity, name="default", labels=labels, is_default=True, design=design.to_json())
    return entity


def _check_new(acronym: str) -> None:
    names.check_acronym(acronym)
    existing = DataEntity.everything.filter(acronym=acronym).first()
    if existing and existing.removed:
        message = _("The entity %s was removed. Restore it, or delete it for good first.")
        raise InvalidName(message % acronym)
    if existing:
        raise InvalidName(_("The entity %s exists already.") % acronym)
    if DataEntity.everything.count() >= settings.MAX_ENTITIES:
        raise InvalidName(_("There are %s entities already, which is the limit.") % settings.MAX_ENTITIES)


@transaction.atomic
def rename_entity(entity: DataEntity, labels: Mapping[str, str]) -> None:
    """Drafts the entity's name by language; a default form of the same name is renamed too."""
    stored = DataEntity.objects.values_list("names", flat=True).get(pk=entity.pk)  # `entity` may be of an attempt that failed
    form = entity.forms.filter(is_default=True, labels=stored).first()
    entity.names = dict(labels)
    entity.save(update_fields=["names"])
    if form is not None:
        form.labels = dict(labels)
        form.save(update_fields=["labels"])


@transaction.atomic
def add_field(entity: DataEntity, definition: FieldDefinition) -> Field:
    """Drafts a field and places it on the default form. Raises InvalidName, InvalidField."""
    field = draft_field(entity, definition)
    place_on_form(entity, field.definition())
    return field


def draft_field(entity: DataEntity, definition: FieldDefinition) -> Field:
    """Drafts a field without a place on any form. Raises InvalidName, InvalidField."""
    others = list(entity.fields.values_list("name", flat=True))
    names.check_field_name(definition.name, others)
    if len(others) >= settings.MAX_FIELDS:
        raise InvalidField(_("The entity has %s fields already, which is the limit.") % settings.MAX_FIELDS)
    definition = with_names(fitted(definition), entity.acronym)
    _check_target(definition)
    field = Field.from_definition(definition, entity=entity, position=len(others))
    field.save()
    return field


def change_field(field: Field, **changes: Any) -> Field:  # Any: each option has its own type
    """Changes options of a drafted field; name and type of a locked field stay. Raises InvalidField."""
    if field.locked and not set(changes) <= OPTIONS_OF_LOCKED:
        raise InvalidField(
            _("%(field)s is built in: its name, type and settings stay, and it cannot be removed.") % {"field": field}
        )
    definition = changed(field.definition(), changes)
    if changes.keys() & {"type", "options"}:
        definition = with_names(definition, field.entity.acronym)
        _check_target(definition)
    for name in changes:
        setattr(field, name, getattr(definition, name))
    field.save(update_fields=list(changes))
    return field


def _check_target(definition: FieldDefinition) -> None:
    """The other end of a relationship is drafted, and has the field to show. Raises InvalidField."""
    if not fieldtypes.is_relation(definition):
        return
    acronym, shown = definition.options["entity"], definition.options.get("display")
    target = DataEntity.objects.filter(acronym=acronym).first()
    if target is None:
        raise InvalidField(_("There is no entity %s.") % acronym)
    field = target.fields.filter(name=shown, hidden=False).first() if shown else None
    if shown and (field is None or not fieldtypes.get(field.type).can_be_shown):
        raise InvalidField(
            _("%(entity)s has no field “%(field)s” that could be shown for a record.") % {"entity": target, "field": shown}
        )


def retype_field(field: Field, type_label: str, *, options: Mapping[str, Any] | None = None) -> Field:  # Any: each type's own
    """Drafts another type, with what it can take of the field's options
    and flags unless `options` are given. Raises InvalidField."""
    becoming = retyped(field.definition(), type_label, options)
    names = ("type", "options", "default", "nullable", "unique", "searchable", "filterable", *PUBLIC)
    return change_field(field, **{name: getattr(becoming, name) for name in names})


def hide_field(field: Field) -> Field:
    return change_field(field, hidden=True)


def restore_field(field: Field) -> Field:
    return change_field(field, hidden=False)


def place_on_form(entity: DataEntity, definition: FieldDefinition) -> None:
    """The default form shows the field, and its list too while that is narrow."""

    def placed(design: FormDesign) -> FormDesign:
        design = put_last(design, definition.name)
        if len(design.list_columns) < LIST_COLUMNS:
            design = add_to(design, "list_columns", definition.name)
        is_filter = definition.filterable and fieldtypes.get(definition.type).has_few_values
        return add_to(design, "filters", definition.name) if is_filter else design

    change_default(entity, placed, what=_("Added the field %s.") % definition.name)
