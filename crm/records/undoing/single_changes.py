"""Which changes of one record can be taken back, told from its history alone; the undo itself asks the database again."""

from collections import Counter
from collections.abc import Iterable

from crm.records.history.events import RecordEvent
from crm.records.models import RecordChange
from crm.records.undoing.reverse_merge import WHOLE

Touches = Counter[tuple[int, str]]  # how often a family touched a field


def can_be_taken_back(events: Iterable[RecordEvent]) -> set[int]:
    """The ids of the changes, of those given newest first, that the law lets go (see `standing`)."""
    later: Touches = Counter()
    found = set()
    for event in events:
        if _stands(event.change, later):
            found.add(event.change.pk)
        later.update((event.change_set.family, name) for name in _touched(event.change))
    return found


def _stands(change: RecordChange, later: Touches) -> bool:
    """Whether nothing written later stands in the way of some of it."""
    in_the_way = {name for (_family, name), count in later.items() if count % 2}
    if change.kind != RecordChange.Kind.CREATE and change.before is None:
        return False
    if change.kind != RecordChange.Kind.UPDATE:
        return not in_the_way
    return WHOLE not in in_the_way and bool(_touched(change) - in_the_way)


def _touched(change: RecordChange) -> set[str]:
    if change.kind == RecordChange.Kind.UPDATE and change.before is not None:
        return set(change.before)
    return {WHOLE}
