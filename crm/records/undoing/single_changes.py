"""Which changes of one record can be undone, judged by its history alone; the undo itself asks the database again."""

from collections import Counter
from collections.abc import Iterable

from crm.records.history.events import RecordEvent
from crm.records.models import RecordChange
from crm.records.undoing.reverse_merge import WHOLE
from crm.records.writing.system_fields import author_names
from crm.schema.definitions import EntityDefinition

Touches = Counter[tuple[int, str]]  # how often a family touched a field


def undoable_changes(events: Iterable[RecordEvent], entity: EntityDefinition) -> set[int]:
    """The ids of the changes, of those given newest first, that the law lets undo (see `conflicts`)."""
    authors = author_names(entity)
    later: Touches = Counter()
    found = set()
    for event in events:
        touched = _touched(event.change) - authors
        if _is_undoable(event.change, touched, later):
            found.add(event.change.pk)
        later.update((event.change_set.family, name) for name in touched)
    return found


def _is_undoable(change: RecordChange, touched: set[str], later: Touches) -> bool:
    """Return True if no later change is in conflict with at least a part of it."""
    conflicting = {name for (_family, name), count in later.items() if count % 2}
    if change.kind != RecordChange.Kind.CREATE and change.before is None:
        return False
    if change.kind != RecordChange.Kind.UPDATE:
        return not conflicting
    return WHOLE not in conflicting and bool(touched - conflicting)


def _touched(change: RecordChange) -> set[str]:
    if change.kind == RecordChange.Kind.UPDATE and change.before is not None:
        return set(change.before)
    return {WHOLE}
