"""The changes of one record, newest first: what was there before, and what came after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crm.records.bulk.statements import rows
from crm.records.dialects import dialect
from crm.records.dialects.quoting import quoted
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing.json_values import Json, column_names, snapshot
from crm.schema.record import Record

NEWEST = 500


@dataclass(frozen=True)
class FieldChange:
    """One field's JSON value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RecordEvent:
    """One change of a record and the change-set that it belongs to."""

    change: RecordChange
    change_set: ChangeSet
    fields: tuple[FieldChange, ...]


def events_of(model: type[Record], record_id: str, *, newest: int = NEWEST) -> list[RecordEvent]:
    """The newest changes of a record, also of a deleted one, walked back from what is stored now."""
    record = model.objects.filter(pk=record_id).first()
    now = snapshot(record, column_names(record)) if record else {}
    changes = RecordChange.objects.filter(entity=model.entity.acronym, record_id=record_id)
    return list(_walk_back(now, changes.select_related("change_set").order_by("-id")[:newest]))


def changed_fields(change_set: int) -> set[str]:
    """The fields that the updates of a change-set changed, in any record."""
    history, named = quoted(RecordChange._meta.db_table), dialect().keys_of("c.before", "named")
    found = rows(
        f"SELECT DISTINCT named.key FROM {history} c, {named} WHERE c.change_set_id = {int(change_set)}"
        f" AND c.kind = '{RecordChange.Kind.UPDATE}' AND c.before IS NOT NULL"
    )
    return {name for (name,) in found}


def _walk_back(after: Json, changes: Iterable[RecordChange]) -> Iterator[RecordEvent]:
    for change in changes:
        before = _state_before(change, after)
        yield RecordEvent(change, change.change_set, tuple(_differences(change, before, after)))
        after = before


def _state_before(change: RecordChange, after: Json) -> Json:
    if change.kind == RecordChange.Kind.CREATE:
        return {}
    return {**after, **(change.before or {})}


def _differences(change: RecordChange, before: Json, after: Json) -> Iterator[FieldChange]:
    """A creation lists what it filled, an update what it changed, a deletion nothing: its whole row is gone."""
    if change.kind == RecordChange.Kind.CREATE:
        yield from (FieldChange(name, None, value) for name, value in after.items() if value is not None and value is not False)
    elif change.kind == RecordChange.Kind.UPDATE:
        changed = (name for name in change.before or {} if before.get(name) != after.get(name))
        yield from (FieldChange(name, before.get(name), after.get(name)) for name in changed)


def values_at(record: Record, version: int) -> Json:
    """What the fields changed since an earlier version held then; nothing for the version that is stored."""
    changes = RecordChange.objects.filter(entity=record.entity.acronym, record_id=record.pk, kind=RecordChange.Kind.UPDATE)
    since = max(0, min(record.crm_version - version, NEWEST))
    held: Json = {}
    for before in changes.order_by("-id").values_list("before", flat=True)[:since]:
        held |= before or {}
    return held
