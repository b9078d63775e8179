"""Records out as csv, streamed in slices ordered by key, so that nobody waits for a long export."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from crm.records.querying import with_rules
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.record import SYSTEM_FIELDS, Record
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.guarding import guarded

SLICE = 5_000
HARMLESS = {"boolean", "integer", "decimal", "date", "datetime", "time"}  # kinds of which no cell is text of a person


def all_fields(entity: EntityDefinition) -> list[str]:
    return ["id", *(field.name for field in entity.visible_fields)]


def check_fields(entity: EntityDefinition, names: Sequence[str]) -> None:
    """Raises InvalidMapping for a name that is no field."""
    known = {*SYSTEM_FIELDS, *all_fields(entity)}
    if unknown := [name for name in names if name not in known]:
        raise InvalidMapping(_("%(entity)s has no field %(names)s.") % {"entity": entity.acronym, "names": ", ".join(unknown)})


def write_csv(file: IO[str], records: QuerySet[Record], fields: Sequence[str], *, raw: bool = False) -> int:
    """Header and a line per record, in the queryset's order; says how many."""
    writer = csv.writer(file)
    writer.writerow(fields)
    count = 0
    for row in rows(records, fields, raw=raw):
        writer.writerow(row)
        count += 1
    return count


def rows(records: QuerySet[Record], fields: Sequence[str], *, raw: bool = False) -> Iterator[list[str]]:
    writers = [_cell_writer(records.model.entity.field(name), raw=raw) for name in fields]
    answered = with_rules(records, filter(None, map(records.model.entity.field, fields)))
    for values in answered.values_list(*fields).iterator(chunk_size=SLICE):
        yield ["" if value is None else write(value) for write, value in zip(writers, values, strict=True)]


def sorted_by(records: QuerySet[Record], sort: str) -> QuerySet[Record]:
    """`field ASC` or `field DESC`, empty first, ties by id; by id when nothing is said. Raises InvalidMapping."""
    if not sort:
        return records.order_by("id")
    name, _blank, direction = sort.partition(" ")
    check_fields(records.model.entity, [name])
    down = direction.strip().upper() == "DESC"
    order = F(name).desc(nulls_last=True) if down else F(name).asc(nulls_first=True)
    return records.order_by(order, "-id" if down else "id")


def _cell_writer(field: FieldDefinition | None, *, raw: bool) -> Any:  # Any: a function of one value
    if field is None:
        return str
    kind = fieldtypes.get(field.type)
    if raw or kind.kind in HARMLESS:
        return lambda value: kind.cell(value, field)
    return lambda value: guarded(kind.cell(value, field))


def lines(records: QuerySet[Record], fields: Sequence[str]) -> Iterable[str]:
    """The csv as lines, for a streamed answer."""
    yield csv_line(fields)
    for row in rows(records, fields):
        yield csv_line(row)


def csv_line(cells: Sequence[str]) -> str:
    return csv.writer(_Echo()).writerow(cells)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
