"""What an import changed, as it was before: a worksheet for people to read, which restores it when it is imported."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.utils import timezone

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.history.events import changed_fields
from crm.records.layouts import layout_of
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing.system_fields import author_names
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue
from crm.schema.record import Record, held
from crm.worksheets.exporting import consistent_read
from crm.worksheets.formats.formula_escaping import CLEAR, guarded
from crm.worksheets.formats.tables import Block, Table
from crm.worksheets.formats.writing import WriteFormat

NAMES = 3  # columns of the list that name a record


def updates(change_set: ChangeSet) -> QuerySet[RecordChange]:
    """Without created records: they held nothing before."""
    return change_set.changes.filter(kind=RecordChange.Kind.UPDATE, before__isnull=False)


def fields_of(change_set: ChangeSet, entity: EntityDefinition, actor: Actor) -> list[FieldDefinition]:
    """The fields that it changed, that an import can restore and that the person may read, in their order."""
    changed = changed_fields(change_set.pk) - author_names(entity)
    return [field for field in readable(actor, entity) if field.name in changed]


def chunks(
    change_set: ChangeSet, model: type[Record], form: WriteFormat, *, fields: list[FieldDefinition], actor: Actor
) -> Iterator[bytes]:
    """A line for each record: its id and names, the fields that were changed, and the row that changed it.

    Names are those of today, for people; an import ignores them. An empty cell was not changed, `[null]` was
    empty: so the file is read when it is imported.
    """
    with consistent_read.moment() as at:
        headers, kinds = ["id", "_record", *(field.name for field in fields), "_row"], ["text"] * (len(fields) + 3)
        blocks = _blocks(change_set, fields, at, partial(_names, model, name_columns(model.entity, actor)))
        yield from form.chunks(Table(model.entity.name, headers, kinds, blocks, timezone.now()))  # type: ignore[arg-type]


def name_columns(entity: EntityDefinition, actor: Actor) -> list[FieldDefinition]:
    """The first texts of the list, as far as the person may read them."""
    allowed = {field.name for field in readable(actor, entity)}
    columns = layout_of(entity, actor=actor).columns
    texts = (field for field in columns if field.name in allowed and fieldtypes.get(field.type).kind == "text")
    return list(islice(texts, NAMES))


def _names(model: type[Record], columns: list[FieldDefinition], ids: Sequence[str]) -> list[str]:
    found = model.objects.in_bulk(ids)
    return [guarded(_name(found[record_id], columns)) if record_id in found else "" for record_id in ids]


def _name(record: Record, columns: list[FieldDefinition]) -> str:
    texts = (fieldtypes.get(field.type).display(held(record, field.name), field) for field in columns if held(record, field.name))
    return " · ".join(texts)


def _blocks(
    change_set: ChangeSet, fields: list[FieldDefinition], at: BaseDatabaseWrapper, names: Callable[[Sequence[str]], list[str]]
) -> Iterator[Block]:
    query = updates(change_set).order_by("row", "record_id").values_list("record_id", "before", "row")
    for rows in consistent_read.slices(consistent_read.values(query, at)):
        ids, held, numbers = zip(*rows, strict=True)
        yield [ids, names(ids), *(_cells(field, held) for field in fields), ["" if n is None else str(n) for n in numbers]]


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
