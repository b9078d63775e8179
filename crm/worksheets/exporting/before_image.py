"""What an import changed, as it was before: a worksheet for people to read, which restores it when it is imported."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.utils import timezone

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.history.events import changed_fields
from crm.records.models import ChangeSet, RecordChange
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue
from crm.worksheets.exporting import consistent_read
from crm.worksheets.formats.formula_escaping import CLEAR, guarded
from crm.worksheets.formats.tables import Block, Table
from crm.worksheets.formats.writing import CsvFormat

FORM = CsvFormat(",")


def updates(change_set: ChangeSet) -> QuerySet[RecordChange]:
    """Without created records: they held nothing before."""
    return change_set.changes.filter(kind=RecordChange.Kind.UPDATE, before__isnull=False)


def fields_of(change_set: ChangeSet, entity: EntityDefinition, actor: Actor) -> list[FieldDefinition]:
    """The fields that it changed and that the person may read, in their order."""
    changed = changed_fields(change_set.pk)
    return [field for field in readable(actor, entity) if field.name in changed]


def chunks(change_set: ChangeSet, entity: EntityDefinition, *, fields: list[FieldDefinition]) -> Iterator[bytes]:
    """A line for each record: its id, the fields that were changed, and the row that changed it.

    An empty cell was not changed, `[null]` was empty: so the file is read when it is imported.
    """
    with consistent_read.moment() as at:
        headers, kinds = ["id", *(field.name for field in fields), "_row"], ["text"] * (len(fields) + 2)
        yield from FORM.chunks(Table(entity.name, headers, kinds, _blocks(change_set, fields, at), timezone.now()))  # type: ignore[arg-type]


def _blocks(change_set: ChangeSet, fields: list[FieldDefinition], at: BaseDatabaseWrapper) -> Iterator[Block]:
    query = updates(change_set).order_by("row", "record_id").values_list("record_id", "before", "row")
    for rows in consistent_read.slices(consistent_read.values(query, at)):
        ids, held, numbers = zip(*rows, strict=True)
        yield [ids, *(_cells(field, held) for field in fields), ["" if n is None else str(n) for n in numbers]]


def _cells(field: FieldDefinition, held: Iterable[dict[str, Any]]) -> list[str]:  # Any: JSON values
    return [_cell(field, before[field.name]) if field.name in before else "" for before in held]


def _cell(field: FieldDefinition, value: Any) -> str:
    kind = fieldtypes.get(field.type)
    if value is None:
        return CLEAR
    try:
        text = kind.cell(kind.from_history(value, field), field)
    except InvalidValue:  # the field has another type now
        text = str(value)
    return guarded(text) if kind.may_be_formula else text
