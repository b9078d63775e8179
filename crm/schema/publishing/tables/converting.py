"""Values of one type made into another's, a column at a time, and what does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn
from crm.schema.fieldtypes import CellFormat, FieldType
from crm.schema.fieldtypes.text import TextType
from crm.schema.generated.classes import published_column
from crm.schema.generated.storage import column_name, quoted, reading, same_storage, stored_in
from crm.schema.record import Record, name_of

BATCH = 5_000  # rows read, converted and written at a time
READ = 20_000  # rows read at a time where they are only counted
GLANCE = 100_000  # values that a page looks at: less than a second
EXAMPLES = 10
NOW, THEN = "crm_now", "crm_then"
AS_WRITTEN = CellFormat()

StoredRow: TypeAlias = tuple[Any, ...]  # id, today's value, and the kept one where there is a kept column


@dataclass(frozen=True)
class Misfit:
    """A value that the new type refuses."""

    record: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.value} ({self.record}): {self.reason}"


@dataclass(frozen=True)
class Converted:
    """The new values of some rows, in their order, and those that did not fit (None among the values)."""

    values: list[Any]
    misfits: list[Misfit]


@dataclass(frozen=True)
class Fit:
    """How the values of a table convert: how many do, how many do not, and some of those.

    `is_partial` where there are more values than were looked at.
    """

    converted: int
    lost: int
    examples: tuple[Misfit, ...]
    is_partial: bool = False


@dataclass(frozen=True)
class TypeConversion:
    """The conversion of a field from its published definition to the
    wanted one. `kept` is its column from when it last had the new type.

    A value that nobody has changed since the kept one was converted comes back exactly as it was.
    """

    before: FieldDefinition
    after: FieldDefinition
    kept: KeptColumn | None = None

    def of(self, rows: Sequence[StoredRow]) -> Converted:
        ids, now = [row[0] for row in rows], [row[1] for row in rows]
        values, wrong = self._converted(now)
        if self.kept:
            self._bring_back(values, wrong, now, [row[2] for row in rows])
        return Converted(values, [Misfit(ids[place], *refused) for place, refused in sorted(wrong.items())])

    def _converted(self, now: Sequence[Any]) -> tuple[list[Any], dict[int, tuple[str, str]]]:
        kind = fieldtypes.get(self.after.type)
        cells = [_text(value, self.before, self.after) for value in now]
        values, refusals = kind.convert_column(cells, self.after, AS_WRITTEN)
        wrong = {refusal.position: (refusal.cell, refusal.reason) for refusal in refusals}
        if fieldtypes.get(self.before.type).is_textual and keeps_any_text(self.after):
            wrong |= {place: (cell, _("The text would be cut.")) for place, cell in _cut(cells, values)}
        empty = empty_value(self.after)
        return [empty if value is None or place in wrong else value for place, value in enumerate(values)], wrong

    def _bring_back(self, values: list[Any], wrong: dict[int, tuple[str, str]], now: list[Any], then: list[Any]) -> None:
        was = self.kept.field  # type: ignore[union-attr]  # the caller asked
        again, _wrong = TypeConversion(was, self.before)._converted(then)
        for place, value in enumerate(then):
            if value is not None and again[place] == now[place]:
                values[place] = value
                wrong.pop(place, None)


def kept_for(entity: EntityDefinition, after: FieldDefinition) -> KeptColumn | None:
    """The newest kept column of this field that has exactly the wanted type."""
    same = [kept for kept in entity.kept if kept.field.name == after.name and kept.field.type == after.type]
    return next((kept for kept in reversed(same) if same_storage(kept.field, after)), None)


def can_convert(before: FieldDefinition, after: FieldDefinition) -> bool:
    """Return True if a value of the one type can be a value of the other."""
    is_known = {before.type, after.type} <= set(fieldtypes.labels())
    can_be = all(fieldtypes.get(field.type).can_be_converted and field.column for field in (before, after))
    return is_known and can_be


def always_fits(before: FieldDefinition, after: FieldDefinition) -> bool:
    """Return True if every stored value stays what it is, so that none needs to be looked at."""
    was, will = fieldtypes.get(before.type), fieldtypes.get(after.type)
    if before.type == after.type:
        return not fieldtypes.is_relation(after)  # it may point to another entity now
    return before.type in will.same_values_as or (was.is_textual and _has_room(before, will))


def keeps_any_text(field: FieldDefinition) -> bool:
    kind = fieldtypes.get(field.type)
    return isinstance(kind, TextType) and kind.keeps_any_text


def _has_room(before: FieldDefinition, kind: FieldType) -> bool:
    """Return True if the type keeps every text of the column; not
    for a column without a limit, whose texts have several lines."""
    limit = before.column["kwargs"].get("max_length")
    if limit is None or not isinstance(kind, TextType) or not kind.keeps_any_text:
        return False
    return kind.longest is None or limit <= kind.longest


def fit(entity: EntityDefinition, conversion: TypeConversion, *, at_most: int | None = None) -> Fit:
    """Counts what would not convert, with examples, without changing anything. `entity` is as it is published.

    `at_most` so many values are looked at, in whole batches.
    """
    fitting, lost, seen = 0, 0, 0
    misfits: list[Misfit] = []
    for rows in batches(entity, conversion, min(READ, at_most or READ)):
        if at_most and seen >= at_most:
            return Fit(fitting, lost, tuple(misfits), is_partial=True)
        seen += len(rows)
        converted = conversion.of(rows)
        lost += len(converted.misfits)
        wrong = {misfit.record for misfit in converted.misfits}
        fitting += sum(value is not None and row[0] not in wrong for row, value in zip(rows, converted.values, strict=True))
        misfits += converted.misfits[: EXAMPLES - len(misfits)]
    return Fit(fitting, lost, tuple(misfits))


def unchanged_fit(entity: EntityDefinition, conversion: TypeConversion, *, at_most: int | None = None) -> Fit:
    """Every value stays what it is."""
    filled = source(entity, conversion).objects.filter(**{f"{NOW}__isnull": False})
    count = filled[: at_most + 1].count() if at_most else filled.count()
    return Fit(min(count, at_most or count), 0, (), is_partial=at_most is not None and count > at_most)


def source(entity: EntityDefinition, conversion: TypeConversion) -> type[Record]:
    """A class that reads the old values, and the kept ones."""
    fields = [stored_in(conversion.before, column_name(conversion.before), name=NOW)]
    if conversion.kept:
        fields.append(stored_in(conversion.kept.field, conversion.kept.name, name=THEN))
    return reading(entity, *fields)


def batches(
    entity: EntityDefinition, conversion: TypeConversion, size: int = BATCH, *, after: str = ""
) -> Iterator[list[StoredRow]]:
    """The rows that hold something, in the order of their ids, from the one after `after` on."""
    model = source(entity, conversion)
    names = ["id", NOW, *([THEN] if conversion.kept else [])]
    filled = Q(**{f"{NOW}__isnull": False})
    if conversion.kept:
        filled |= Q(**{f"{THEN}__isnull": False})
    while rows := list(model.objects.filter(filled, pk__gt=after).order_by("pk").values_list(*names)[:size]):
        yield rows
        after = rows[-1][0]


def rows_of(entity: EntityDefinition, conversion: TypeConversion, ids: Sequence[str]) -> list[StoredRow]:
    names = ["id", NOW, *([THEN] if conversion.kept else [])]
    return list(source(entity, conversion).objects.filter(pk__in=ids).values_list(*names))


def write(table: str, column: models.Field, ids: Sequence[str], values: Sequence[Any]) -> None:  # Any: typed values
    """Sets one column of the records of these ids."""
    stored = [column.get_db_prep_save(value, connection) for value in values]
    name = quoted(name_of(column))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            pairs = list(zip(stored, ids, strict=True))
            cursor.executemany(f"UPDATE {quoted(table)} SET {name} = %s WHERE id = %s", pairs)
            return
        cursor.execute(
            f"UPDATE {quoted(table)} AS r SET {name} = v.value"
            f" FROM unnest(%s::text[], %s::{column.db_type(connection)}[]) AS v(id, value) WHERE r.id = v.id",
            [list(ids), stored],
        )


def empty_value(field: FieldDefinition) -> Any:  # Any: a typed value
    """What the column holds where no value is given: null, or the default of one that is never null."""
    column = published_column(field)
    return None if column is None or column.null else column.get_default()


def _text(value: Any, before: FieldDefinition, after: FieldDefinition) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and fieldtypes.get(after.type).kind == "date":
        # A day is a day of the site: an instant is one only at its midnight there.
        return timezone.localtime(value).replace(tzinfo=None).isoformat()
    return fieldtypes.get(before.type).cell(value, before)


def _cut(cells: Sequence[str], values: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """Between plain texts only the very same text fits."""
    return ((place, cell) for place, (cell, value) in enumerate(zip(cells, values, strict=True)) if value and value != cell)
