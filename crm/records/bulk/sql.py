"""The set-wise statements, which both databases understand; where they differ, the vendor's dialect is asked."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from crm.records.bulk import postgresql, sqlite
from crm.records.bulk.combining import combined
from crm.records.bulk.merge import CREATED, UPDATED, Merge
from crm.records.bulk.names import OfModel, column_of, quoted, table_of
from crm.records.models import RecordChange
from crm.records.writing.deriving import MONTHS
from crm.records.writing.validating import default_value
from crm.schema import fieldtypes
from crm.schema.fieldtypes.choice import options_of
from crm.schema.fieldtypes.sameness import without_punctuation
from crm.schema.record import stored_field

Fold = Callable[[Merge, str, str], str]  # of a field's value as SQL: what is compared

LEAVING = 2_000_000_000  # rows beyond are records that leave: below the largest integer by more than anybody has records
DIALECTS = {"postgresql": postgresql, "sqlite": sqlite}


def rows(query: str) -> list[tuple[Any, ...]]:  # Any: whatever the query selects
    with connection.cursor() as cursor:
        cursor.execute(query, ())
        return cursor.fetchall()


def changed_fields(change_set: int) -> set[str]:
    """What the updates of a change-set changed, in whichever record."""
    changes, named = quoted(RecordChange._meta.db_table), DIALECTS[vendor()].names_in("c.before")
    found = rows(
        f"SELECT DISTINCT named.key FROM {changes} c, {named} WHERE c.change_set_id = {int(change_set)}"
        f" AND c.kind = '{RecordChange.Kind.UPDATE}' AND c.before IS NOT NULL"
    )
    return {name for (name,) in found}


def any_twice(expressions: Sequence[str], source: str) -> bool:
    """Whether values may stand twice among the rows of `source` (tables and conditions). Two that only share a hash are a rare yes."""
    grouped = ", ".join(map(DIALECTS[vendor()].hashed, expressions))
    return bool(rows(f"SELECT 1 FROM {source} GROUP BY {grouped} HAVING count(*) > 1 LIMIT 1"))


def shown(found: list[tuple[Any, ...]]) -> list[tuple[int, Any]]:  # Any: typed values
    """Row and value of rows that were selected with several values."""
    return [(row, value[0] if len(value) == 1 else ", ".join(map(str, value))) for row, *value in found]


def lacks_key(merge: Merge) -> str:
    """Whether a staged row s misses a part of its key, as SQL."""
    if not merge.has_key:
        return DIALECTS[vendor()].boolean(True)
    return "(" + " OR ".join(f"s.{quoted(name)} IS NULL" for name in merge.keys) + ")"


def not_refused(merge: Merge) -> str:
    """Leaves out the rows that are staged only to be known, as SQL to go on with."""
    return " AND s.crm_refused IS NOT TRUE" if merge.replace else ""


def may_find_several(merge: Merge) -> bool:
    """Whether the key is not unique as it is compared: see `matching`."""
    return merge.has_key and (len(merge.keys) > 1 or is_caseless(merge, merge.keys[0]))


def is_caseless(merge: Merge, field: str) -> bool:
    """Texts are compared without regard to case; where their index does more than exactly that, it does so by itself."""
    kind = _type_of(merge, field)
    return kind is not None and kind.compared == "exactly" and kind.kind == "text"


def caseless(merge: Merge, field: str, expression: str) -> str:
    return DIALECTS[vendor()].lower(expression) if is_caseless(merge, field) else folded(merge, field, expression)


def folded(merge: OfModel, field: str, expression: str) -> str:
    """E-mails are the same without regard to the case of A–Z, phones without punctuation; the unique index says so too."""
    kind = _type_of(merge, field)
    if kind is None or kind.compared == "exactly":
        return expression
    return DIALECTS[vendor()].ascii_lower(without_punctuation(expression) if kind.compared == "by digits" else expression)


def _type_of(merge: OfModel, field: str) -> fieldtypes.FieldType | None:
    definition = merge.model.entity.field(field)
    return fieldtypes.get(definition.type) if definition else None


def vendor() -> str:
    return connection.vendor


def written_columns(merge: Merge) -> list[str]:
    """The fields that rows may change: the key itself and `id` stay, and what only new records get."""
    return [name for name in merge.columns if name not in {"id", *merge.keys, *merge.only_new}]


def new_value(merge: Merge, name: str, *, has_cleared: bool) -> str:
    """What the record holds after the merge, as SQL over s (staged) and r (record)."""
    staged, kept = f"s.{quoted(name)}", f"r.{quoted(column_of(merge, name))}"
    empty = empty_value(merge, name)
    if name in merge.only_empty:
        return f"COALESCE({kept}, {staged})"
    if name in {*merge.adding, *merge.removing}:
        changed = f"CASE WHEN {staged} IS NULL THEN {kept} ELSE {_combined(merge, name, kept, staged)} END"
        return f"CASE WHEN {cleared(name)} THEN {empty} ELSE {changed} END" if has_cleared else changed
    if merge.empty == "clear":
        return _kept_of_leaving(merge, name, _or(staged, empty), kept)
    if not has_cleared:
        return f"COALESCE({staged}, {kept})"
    return f"CASE WHEN {cleared(name)} THEN {empty} ELSE COALESCE({staged}, {kept}) END"


def _combined(merge: Merge, name: str, kept: str, staged: str) -> str:
    options = [value for value, _label in options_of(merge.model.entity.field(name))]  # type: ignore[arg-type]  # a mapped field is there
    return combined(options, kept, staged, removes=name in merge.removing, dialect=DIALECTS[vendor()])


def _kept_of_leaving(merge: Merge, name: str, value: str, kept: str) -> str:
    """Who leaves has no cells, and is not to lose more than the one value."""
    if not merge.replace or name == merge.replace:
        return value
    return f"CASE WHEN s.crm_row > {LEAVING} THEN {kept} ELSE {value} END"


def created_value(merge: Merge, name: str, *, has_cleared: bool) -> str:
    """What a new record holds: the staged value; where nothing is said, the field's default."""
    if name not in merge.columns or name in merge.removing:
        return default_of(merge, name)
    staged, empty = f"s.{quoted(name)}", empty_value(merge, name)
    if merge.empty == "clear":
        return _or(staged, empty)
    default = _or(staged, default_of(merge, name))
    return f"CASE WHEN {cleared(name)} THEN {empty} ELSE {default} END" if has_cleared else default


def held_value(merge: Merge, name: str, *, has_cleared: bool) -> str:
    """What the record of a row will hold, as SQL over s, r and o (the row's outcome)."""
    changed = (
        new_value(merge, name, has_cleared=has_cleared)
        if name in written_columns(merge)
        else f"r.{quoted(column_of(merge, name))}"
    )
    return f"CASE WHEN o.outcome = '{CREATED}' THEN {created_value(merge, name, has_cleared=has_cleared)} ELSE {changed} END"


def default_of(merge: Merge, name: str) -> str:
    field = merge.model.entity.field(name)
    if name in merge.withheld:
        return DIALECTS[vendor()].boolean(False)
    value = default_value(field) if field else None
    return empty_value(merge, name) if value is None else DIALECTS[vendor()].literal(value)


def derived_dates(merge: Merge) -> dict[str, str]:
    """Columns that follow from a date of the worksheet: the month by its name."""
    named = {month: date for month, date in MONTHS.items() if date in merge.columns and month not in merge.columns}
    return {month: date for month, date in named.items() if merge.model.entity.field(month)}


def month(expression: str) -> str:
    return DIALECTS[vendor()].month(expression)


def cleared(name: str) -> str:
    pattern = name.replace("_", "!_")  # by itself it stands for any character
    return f"s.{quoted(name)} IS NULL AND s.crm_cleared LIKE '%%,{pattern},%%' ESCAPE '!'"


def _or(expression: str, otherwise: str) -> str:
    return expression if otherwise == "NULL" else f"COALESCE({expression}, {otherwise})"


def empty_value(merge: OfModel, name: str) -> str:
    """A Boolean is never unset: clearing it gives its default."""
    column = stored_field(merge.model, name)
    return "NULL" if column.null else DIALECTS[vendor()].boolean(bool(column.default))


def differs(merge: Merge, name: str, *, has_cleared: bool) -> str:
    return f"r.{quoted(column_of(merge, name))} IS DISTINCT FROM {new_value(merge, name, has_cleared=has_cleared)}"


def any_differs(merge: Merge, *, has_cleared: bool) -> str:
    clauses = [differs(merge, name, has_cleared=has_cleared) for name in written_columns(merge)]
    return f"({' OR '.join(clauses)})" if clauses else DIALECTS[vendor()].boolean(False)


def joined(merge: Merge) -> str:
    """The staged rows s, each with its record r or none; with m where the key may find several."""
    if not may_find_several(merge):
        return f"{quoted(merge.staging)} s LEFT JOIN {table_of(merge)} r ON {same_key(merge)}"
    matches = f"{quoted(merge.matches)} m ON m.crm_row = s.crm_row"
    return f"{quoted(merge.staging)} s LEFT JOIN {matches} LEFT JOIN {table_of(merge)} r ON r.id = m.record_id"


def writing(merge: Merge) -> str:
    """The rows that are going to be written: s (staged) and o (outcome)."""
    return f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row AND o.outcome IN ('{CREATED}', '{UPDATED}')"


def writing_with_records(merge: Merge) -> str:
    """As `writing`, with r, the record as it is stored."""
    return f"{writing(merge)} LEFT JOIN {table_of(merge)} r ON r.id = o.record_id"


def same_key(merge: Merge) -> str:
    """A staged row s and its record r. "Is not null" repeats the index's condition: without it SQLite scans the table per row."""
    if not merge.has_key:
        return DIALECTS[vendor()].boolean(False)
    (name,) = merge.keys
    held = f"r.{quoted(column_of(merge, name))}"
    return f"{folded(merge, name, held)} = {folded(merge, name, f's.{quoted(name)}')} AND {held} IS NOT NULL"
