"""Writing one record: validated, locked, compared, written and recorded in the history, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.records.entity_rules import record_errors
from crm.records.errors import RecordGone, StillReferred, VersionConflict, refuse
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import references
from crm.records.writing.attachments import FileChanges, stored_files
from crm.records.writing.checking import Values, all_errors, checked, drafted
from crm.records.writing.index_space import refuse_longest
from crm.records.writing.json_values import column_names, snapshot
from crm.records.writing.recording import record_change, record_deletions
from crm.records.writing.system_fields import filled_at_change, filled_at_creation, user_id
from crm.records.writing.uniqueness import refuse_repeated
from crm.schema.generated.index_sizes import is_too_large
from crm.schema.record import Record, assign, held


def create(
    model: type[Record], values: Values, *, by: Actor, record_id: str | None = None, files: FileChanges | None = None
) -> Record:
    """A new record, with its files. Raises InvalidRecord with all that is wrong with it."""
    record, errors = drafted(model, values, record_id, files or {})
    refuse(errors)
    with transaction.atomic(), stored_files(record, files or {}) as attached:
        assign(record, attached)
        insert(record, by=by)
    return record


def insert(record: Record, *, by: Actor, undoes: ChangeSet | None = None) -> None:
    """Stores a validated record and records its creation, which may undo a deletion."""
    now = timezone.now()
    record.createdBy, record.createdIn = record.createdBy or user_id(by), record.createdIn or now
    record.lastInteractionBy, record.lastInteractionIn = user_id(by), now
    typed = {name: held(record, name) for name in column_names(record)}
    with refusing_repeated(record, typed, creating=True):
        assign(record, filled_at_creation(record, by=by))
        references.hold_targets(record, typed)
        record.save(force_insert=True)
        record_change(record, RecordChange.Kind.CREATE, None, by=by, at=now, undoes=undoes)


def update(
    record: Record,
    values: Values,
    *,
    by: Actor,
    expected_version: int | None = None,
    files: FileChanges | None = None,
    reason: str = "",
) -> Record:
    """Writes the named fields and files that differ and returns the stored record; writes nothing when none does.
    The history tells the `reason`.

    Raises InvalidRecord, RecordGone, and VersionConflict when the stored version is not `expected_version`.
    """
    with transaction.atomic():
        current = locked(record)
        if expected_version not in {None, current.crm_version}:
            raise VersionConflict(current, values)
        typed, errors = checked(current, values, files or {})
        refuse(errors)
        with stored_files(current, files or {}) as attached:
            changed = {name: value for name, value in (typed | attached).items() if held(current, name) != value}
            if changed:
                _write(current, changed, by=by, reason=reason)
    return current


def delete(record: Record, *, by: Actor, with_referring: bool = False) -> int:
    """Removes the record, and by choice those that refer to it; their
    whole rows stay in the history. Returns how many there were.

    Raises RecordGone, and StillReferred when other records refer to it that are not to be removed, or too many at once.
    """
    with transaction.atomic():
        current = locked(record)
        others = references.referring(current)
        counts = {model.entity.name: len(ids) for model, ids in others.items()}
        if counts and (not with_referring or sum(counts.values()) > references.MOST):
            raise StillReferred(counts, most=references.MOST)
        removed = [one for model, ids in others.items() for one in model.objects.select_for_update().filter(pk__in=ids)]
        record_deletions([*removed, current], by=by, at=timezone.now())
        for model, ids in {**others, type(current): {*others.get(type(current), ()), current.pk}}.items():
            model.objects.filter(pk__in=ids).delete()
        record_event(by, "delete", subject=current.entity.acronym, details={"rows": 1 + len(removed)})
    return 1 + len(removed)


def locked(record: Record) -> Record:
    """The record as it is stored now, held until the transaction ends (SQLite holds the whole database)."""
    current = type(record).objects.select_for_update().filter(pk=record.pk).first()
    if current is None:
        raise RecordGone(record.pk)
    return current


@contextmanager
def refusing_repeated(record: Record, changed: Values, *, creating: bool = False) -> Iterator[None]:
    """A transaction that refuses repeated unique values, also those that another process writes at the same moment."""
    try:
        with transaction.atomic():
            refuse_repeated(record, changed, creating=creating)
            yield
    except IntegrityError:
        refuse_repeated(record, changed, creating=creating)
        raise
    except OperationalError as error:
        if is_too_large(error):
            refuse_longest(record, changed)
        raise


def _write(current: Record, changed: dict[str, Any], *, by: Actor, reason: str = "") -> None:
    people = {name: who for name, who in filled_at_change(current.entity, by=by).items() if held(current, name) != who}
    before = snapshot(current, [*changed, *people])
    if record_errors(current.entity, changed, {**vars(current), **changed}):
        refuse(all_errors(current, changed))
    now = timezone.now()
    stamps = _stamps(by, now) | people
    assign(current, changed | stamps | {"crm_version": current.crm_version + 1})
    with refusing_repeated(current, changed):
        references.hold_targets(current, changed)
        current.save(update_fields=[*changed, *stamps, "crm_version"])
        record_change(current, RecordChange.Kind.UPDATE, before, by=by, at=now, reason=reason)


def _stamps(by: Actor, now: datetime) -> dict[str, Any]:
    who = user_id(by)
    return {"updatedBy": who, "updatedIn": now, "lastInteractionBy": who, "lastInteractionIn": now}
