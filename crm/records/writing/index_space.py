"""Names the value that an index of an earlier release cannot hold, which PostgreSQL says only when a record is saved."""

from collections.abc import Mapping
from typing import Any

from crm.records.errors import refuse, too_long_for_index
from crm.schema.generated import constraints
from crm.schema.generated.index_sizes import room
from crm.schema.record import Record, held


def refuse_longest(record: Record, changed: Mapping[str, Any]) -> None:  # Any: typed values
    """Raises InvalidRecord with the longest changed text of the index that has least room left, if a text of one changes."""
    indexes = constraints.named_indexes(record.entity).values()
    left = {index: room(index) - sum(_size(held(record, name)) for name in index.fields) for index in indexes}
    touched = [index for index in left if any(_size(changed.get(name)) for name in index.fields)]
    if touched:
        index = min(touched, key=lambda each: left[each])
        longest = max(index.fields, key=lambda name: _size(changed.get(name)))
        refuse({longest: too_long_for_index(room(index))})


def _size(value: Any) -> int:
    return len(value.encode()) if isinstance(value, str) else 0
