"""Verbs on the draft: make entities and fields, place fields on forms."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.schema import fieldtypes, names
from crm.schema.definitions import FieldDefinition
from crm.schema.models import DataEntity, Field, Form, FormField, FormSection

LIST_COLUMNS = 6  # how many columns a new form's list shows


class InvalidField(ValueError):
    """A field that cannot be made as asked; the message says why."""


@transaction.atomic
def create_entity(acronym: str, name: str, *, locked: bool = False) -> DataEntity:
    """Drafts an entity with its default form. Raises InvalidName."""
    names.check_acronym(acronym)
    if DataEntity.objects.filter(acronym=acronym).exists():
        raise names.InvalidName(_("The entity %s exists already.") % acronym)
    if DataEntity.objects.count() >= settings.MAX_ENTITIES:
        raise names.InvalidName(_("There are %s entities already, which is the limit.") % settings.MAX_ENTITIES)
    entity = DataEntity.objects.create(acronym=acronym, names={"en": name}, locked=locked, position=DataEntity.objects.count())
    form = Form.objects.create(entity=entity, name="default", labels={"en": name}, is_default=True)
    FormSection.objects.create(form=form, labels={"en": "Details", "pt-br": "Dados", "es": "Datos"}, position=1, columns=2)
    return entity


@transaction.atomic
def add_field(entity: DataEntity, definition: FieldDefinition) -> Field:
    """Drafts a field and places it on the default form. Raises InvalidName, InvalidField."""
    field = draft_field(entity, definition)
    place_on_form(entity, definition)
    return field


def draft_field(entity: DataEntity, definition: FieldDefinition) -> Field:
    """Drafts a field without a place on any form. Raises InvalidName, InvalidField."""
    others = list(entity.fields.values_list("name", flat=True))
    names.check_field_name(definition.name, others)
    _check_definition(definition, len(others))
    field = Field.from_definition(definition, entity=entity, position=len(others))
    field.save()
    return field


def change_field(field: Field, **changes: Any) -> Field:  # Any: each option has its own type
    """Changes options of a drafted field; name and type of a locked field stay."""
    if field.locked and not set(changes) <= {"labels", "description", "searchable", "filterable"}:
        raise InvalidField(
            _("%(field)s is built in: only its label, description and search flags can change.") % {"field": field}
        )
    definition = FieldDefinition(**{**asdict(field.definition()), **changes})
    _check_definition(definition, 0)
    for name, value in changes.items():
        setattr(field, name, value)
    field.save(update_fields=list(changes))
    return field


def hide_field(field: Field) -> Field:
    return change_field(field, hidden=True)


def place_on_form(entity: DataEntity, definition: FieldDefinition) -> None:
    """The default form shows the field, and its list too while that is narrow."""
    form = entity.forms.filter(is_default=True).first()
    if form is None:
        return
    section = form.sections.filter(kind="fields").last()
    if section is not None:
        FormField.objects.create(section=section, field=definition.name, position=section.places.count())
    if len(form.list_fields) < LIST_COLUMNS:
        form.list_fields = [*form.list_fields, definition.name]
    if definition.filterable and definition.type in FILTERED_TYPES:
        form.filters = [*form.filters, definition.name]
    form.save()


FILTERED_TYPES = {"Boolean", "Choice"}  # few distinct values: good side filters


def _check_definition(definition: FieldDefinition, existing: int) -> None:
    if definition.type not in fieldtypes.labels():
        known = ", ".join(fieldtypes.labels())
        raise InvalidField(
            _("There is no field type “%(type)s”. The types are: %(known)s.") % {"type": definition.type, "known": known}
        )
    if existing >= settings.MAX_FIELDS:
        raise InvalidField(_("The entity has %s fields already, which is the limit.") % settings.MAX_FIELDS)
    kind = fieldtypes.get(definition.type)
    if definition.unique and not kind.can_be_unique:
        raise InvalidField(_("A field of type %s cannot be unique.") % definition.type)
    _check_options(definition)


def _check_options(definition: FieldDefinition) -> None:
    if definition.type == "Choice" and not definition.options.get("choices"):
        raise InvalidField(_("A Choice needs at least one option, as in --option choices=Gold,Silver."))
    if definition.type == "Rule" and not definition.options.get("expression"):
        raise InvalidField(_("A Rule needs its expression, as in --option expression=state=SP."))
    if definition.default is not None:
        try:
            fieldtypes.get(definition.type).clean(definition.default, definition)
        except fieldtypes.InvalidValue as refusal:
            raise InvalidField(_("The default does not fit: %s") % refusal) from refusal
