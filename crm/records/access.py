"""Which entity, record and fields a person may see or change: the one place where record pages ask."""

from collections.abc import Iterable

from django.http import Http404
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.permissions import may, require
from crm.records.errors import InvalidRecord
from crm.records.querying import with_rules
from crm.records.record_ids import named_id
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.generated import current
from crm.schema.record import Record


def model_for(actor: Actor, verb: str, acronym: str) -> type[Record]:
    """The model of an entity; PermissionDenied, or Http404 when there is no such entity."""
    require(actor, verb, acronym)
    generated = current.models()
    if acronym not in generated:
        raise Http404(_("There is no entity of this name."))
    return generated[acronym]


def record_for(actor: Actor, verb: str, acronym: str, record_id: str) -> Record:
    """The record, each Rule field with its answer; PermissionDenied, or Http404 when there is no such record."""
    model = model_for(actor, verb, acronym)
    records = with_rules(model.objects.all(), model.entity.visible_fields)
    record = records.filter(pk=stored_id(record_id, model)).first()
    if record is None:
        raise Http404(_("There is no such record."))
    return record


def stored_id(record_id: str, model: type[Record]) -> str:
    """The id of the record that an address names, deleted ones included; Http404 for what can be none."""
    try:
        return named_id(record_id, model)
    except InvalidRecord as refusal:
        raise Http404(str(refusal)) from refusal


def readable(actor: Actor, entity: EntityDefinition, fields: Iterable[FieldDefinition] | None = None) -> list[FieldDefinition]:
    """The fields, of all or of those given, that the person may see, filter by, sort by and search."""
    asked = entity.visible_fields if fields is None else fields
    return [field for field in asked if may(actor, "read", entity.acronym, field.name)]


def may_upload(actor: Actor, entity: EntityDefinition, field: FieldDefinition) -> bool:
    is_theirs = field.type == "File" and bool(field.column) and not field.read_only
    return is_theirs and may(actor, "write", entity.acronym, field.name)


def may_write(actor: Actor, entity: EntityDefinition, field: FieldDefinition) -> bool:
    return fieldtypes.is_writable(field) and may(actor, "write", entity.acronym, field.name)
