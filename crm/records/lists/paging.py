"""Keyset pages: a page begins where another ended, so that the last page is as quick as the first.

Null sorts first on both databases, so the order is spelled out in branches (ties of the boundary, what follows, nulls),
each of which an index on (column, id) answers; a single OR would read the table.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from crm.records.errors import BadQuery
from crm.records.writing.json_values import json_value
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition
from crm.schema.record import Record

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Sort:
    """A field and a direction; the id breaks ties in the same direction."""

    field: str = "id"
    descending: bool = True

    def __str__(self) -> str:
        return f"{self.field} {'DESC' if self.descending else 'ASC'}"

    def reversed(self) -> "Sort":
        return Sort(self.field, not self.descending)


@dataclass(frozen=True)
class Cursor:
    """A place between two records: the sorted value (typed) and id of one of them."""

    value: Any
    id: str


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    after: str | None  # the cursor of the next page
    before: str | None  # the cursor of the previous page


def read_sort(entity: EntityDefinition, text: str) -> Sort:
    """`name`, `name ASC` or `name DESC`. Raises BadQuery."""
    name, _space, direction = text.strip().partition(" ")
    field = entity.field(name)
    known = name in SYSTEM_SORTS or (field is not None and fieldtypes.is_sortable(field))
    if not known or direction.strip().upper() not in {"", "ASC", "DESC"}:
        raise BadQuery(_("The list cannot be sorted by “%(text)s”.") % {"text": text[:60]})
    return Sort(name, direction.strip().upper() == "DESC")


SYSTEM_SORTS = frozenset({"id"})


def read_page(records: QuerySet[Record], sort: Sort, *, after: str = "", before: str = "", size: int = PAGE_SIZE) -> Page[Record]:
    """At most `size` records after or before a cursor, in the order of `sort`. Raises BadQuery for a cursor that is none."""
    entity = records.model.entity
    backwards = bool(before)
    cursor = read_cursor(entity, sort, before or after) if before or after else None
    found = _take(records, sort.reversed() if backwards else sort, cursor, size + 1)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if backwards else (more, bool(cursor) and bool(rows))
    return Page(
        rows,
        after=write_cursor(rows[-1], sort) if has_next else None,
        before=write_cursor(rows[0], sort) if has_previous else None,
    )


def write_cursor(record: Record, sort: Sort) -> str:
    text = json.dumps([json_value(record, sort.field), record.pk], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(entity: EntityDefinition, sort: Sort, text: str) -> Cursor:
    """Raises BadQuery for what `write_cursor` would not have written."""
    try:
        value, record_id = _unpacked(text)
        field = entity.field(sort.field)
        return Cursor(fieldtypes.get(field.type).from_history(value, field) if field and value is not None else None, record_id)
    except (ValueError, RecursionError):  # InvalidValue is a ValueError
        raise BadQuery(_("This page address is damaged. Begin again at the first page.")) from None


def _unpacked(text: str) -> tuple[Any, str]:
    pair = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], str) or any("\0" in str(part) for part in pair):
        raise ValueError(text)
    return pair[0], pair[1]


def _take(records: QuerySet[Record], sort: Sort, cursor: Cursor | None, wanted: int) -> list[Record]:
    found: list[Record] = []
    order = _order(sort)
    for branch in _branches(sort, cursor):
        if len(found) < wanted:
            found += records.filter(branch).order_by(*order)[: wanted - len(found)]
    return found


def _order(sort: Sort) -> list[Any]:
    names = [sort.field] if sort.field == "id" else [sort.field, "id"]
    return [F(name).desc() if sort.descending else F(name).asc() for name in names]


def _branches(sort: Sort, cursor: Cursor | None) -> Iterator[Q]:
    """Yield the conditions whose records follow one another, from the cursor on."""
    name, beyond = sort.field, "lt" if sort.descending else "gt"
    if name == "id":
        yield Q(**{f"id__{beyond}": cursor.id}) if cursor else Q()
        return
    empty, filled = Q(**{f"{name}__isnull": True}), Q(**{f"{name}__isnull": False})
    if cursor is None:
        yield from (filled, empty) if sort.descending else (empty, filled)
        return
    tie = Q(**{f"id__{beyond}": cursor.id})
    if cursor.value is None:
        yield empty & tie
        yield from () if sort.descending else (filled,)
        return
    yield Q(**{name: cursor.value}) & tie
    yield Q(**{f"{name}__{beyond}": cursor.value})
    yield from (empty,) if sort.descending else ()
