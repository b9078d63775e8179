"""Keys of one kind and the records that have them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from clusters.errors import InvalidSelection
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import bulk
from crm.records.bulk.merge import REFUSED, REPEATED, SKIPPED, UNCHANGED
from crm.records.bulk.preview import staged_rows
from crm.records.errors import InvalidRecord
from crm.records.validating import clean_id
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.record import Record

BLOCK = 10_000


@dataclass(frozen=True)
class SelectedRecords:
    """The condition of the records meant, and the keys that no record has, in the order they came."""

    condition: Q
    unknown: list[str]


@contextmanager
def matched(model: type[Record], field: str, keys: Sequence[str], *, by: Actor) -> Iterator[SelectedRecords]:
    """Within one transaction. Raises InvalidSelection, also where several records have the same key."""
    merge = _lookup(model, field, reader=by)
    typed, unreadable = _typed(model, field, keys)
    bulk.create_staging(merge)
    try:
        bulk.stage(merge, _packed(list(typed)))
        found = bulk.difference(merge)
        several = next((one for one in found.refusals if not merge.is_by_id), None)
        if several is not None:
            raise InvalidSelection(_("“%(key)s”: %(reason)s") % {"key": several.value or field, "reason": several.reason})
        yield SelectedRecords(_found(merge), [*unreadable, *_unknown(merge, typed)])
    finally:
        bulk.drop_staging(merge)


def _lookup(model: type[Record], field: str, *, reader: Actor) -> bulk.Merge:
    """Rows that hold nothing but a key: comparing them finds their records, and writes nothing."""
    definition = model.entity.field(field)
    is_stored = definition is not None and bool(definition.column) and may(reader, "read", model.entity.acronym, field)
    if field != "id" and not is_stored:
        words = {"entity": model.entity.name, "field": field}
        raise InvalidSelection(_("%(entity)s has no field “%(field)s”.") % words)
    staging = f"members_{uuid4().hex[:16]}"
    return bulk.Merge(model, staging, keys=(field,), columns=(field,), mode="update", duplicates="first")


def _typed(model: type[Record], field: str, keys: Sequence[str]) -> tuple[dict[Any, str], list[str]]:
    """The key as it was written by its typed value, each once; and what cannot be a value of the field."""
    read = _reader(model.entity, field)
    typed: dict[Any, str] = {}
    unreadable: dict[str, None] = {}
    for key in keys:
        try:
            value = read(key)
        except (InvalidValue, InvalidRecord):
            value = None
        if value is None:
            unreadable[key] = None
        else:
            typed.setdefault(value, key)
    return typed, list(unreadable)


def _reader(entity: EntityDefinition, field: str) -> Callable[[str], Any]:
    """From a key as it is written to the field's typed value."""
    definition = entity.field(field)
    if definition is None:
        return lambda key: clean_id(key, entity.acronym)
    return lambda key: fieldtypes.get(definition.type).clean(key, definition)


def _packed(values: Sequence[Any]) -> Iterable[bulk.Packed]:
    for start in range(0, len(values), BLOCK):
        block = values[start : start + BLOCK]
        yield bulk.pack([list(range(start + 1, start + len(block) + 1)), block, [None] * len(block)])


def _found(merge: bulk.Merge) -> Q:
    outcomes = f'SELECT record_id FROM "{merge.outcomes}" WHERE outcome IN (%s, %s)'
    return Q(pk__in=RawSQL(outcomes, [UNCHANGED, REPEATED]))  # noqa: S611  # a name of our own


def _unknown(merge: bulk.Merge, typed: dict[Any, str]) -> list[str]:
    """The keys as they were written."""
    written = list(typed.values())
    outcome = REFUSED if merge.is_by_id else SKIPPED
    return [written[staged.row - 1] for staged in staged_rows(merge, outcome, limit=len(written))]
