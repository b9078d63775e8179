"""Bringing a deleted record back, with its id."""

from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.errors import InvalidRecord
from crm.records.models import RecordChange
from crm.records.saving import insert
from crm.records.snapshots import typed_values
from crm.records.validating import empty_value
from crm.schema import fieldtypes
from crm.schema.record import Record


def restore(model: type[Record], record_id: str, *, by: Actor) -> Record:
    """The record as it was when it was deleted. Raises InvalidRecord when it was not, or a unique value is taken since."""
    change = _last_change(model, record_id)
    if change is None or change.kind != RecordChange.Kind.DELETE or change.before is None:
        raise InvalidRecord({"id": _("There is no deleted record “%(id)s” to restore.") % {"id": record_id}})
    record = model(**_never_null(model) | typed_values(model, change.before))
    record.crm_version = (record.crm_version or 0) + 1
    insert(record, by=by, undoes=change.change_set)
    return record


def _last_change(model: type[Record], record_id: str) -> RecordChange | None:
    changes = RecordChange.objects.filter(entity=model.entity.acronym, record_id=record_id)
    return changes.select_related("change_set").order_by("-id").first()


def _never_null(model: type[Record]) -> dict[str, bool]:
    fields = (field for field in model.entity.visible_fields if field.column)
    return {field.name: empty_value(field) for field in fields if fieldtypes.get(field.type).needs_default}
