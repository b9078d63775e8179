"""The values of a merge as SQL, over s (a staged row), o (its outcome) and r (the record as it is stored)."""

from collections.abc import Callable

from crm.records.bulk.combining import combined
from crm.records.bulk.merge import ABSENT_ROWS, CREATED, UPDATED, Merge, StagedMerge
from crm.records.bulk.names import quoted, stored, table_of
from crm.records.dialects import dialect
from crm.records.entity_rules import Derivation, derivations_of
from crm.records.validating import default_value
from crm.schema import fieldtypes
from crm.schema.fieldtypes.choice import options_of
from crm.schema.fieldtypes.text_equality import without_punctuation
from crm.schema.record import Record, stored_field

Fold = Callable[[type[Record], str, str], str]  # of a field's value as SQL: what is compared


# Keys


def lacks_key(merge: Merge) -> str:
    """True for a staged row that misses a part of its key."""
    if not merge.has_key:
        return dialect().boolean(True)
    return "(" + " OR ".join(f"s.{quoted(name)} IS NULL" for name in merge.keys) + ")"


def not_refused(merge: Merge) -> str:
    """Further condition that leaves out the rows which are staged only to be known."""
    return " AND s.crm_refused IS NOT TRUE" if merge.replace else ""


def may_find_several(merge: Merge) -> bool:
    """Return True if the key is not unique as it is compared: see `matching`."""
    return merge.has_key and (not is_unique(merge) or is_caseless(merge.model, merge.keys[0]))


def is_unique(merge: Merge) -> bool:
    """Return True if an index lets no two records have the same key; several fields together count as if they had none."""
    field = merge.model.entity.field(merge.keys[0])
    return len(merge.keys) == 1 and (field is None or field.unique)


def same_key(merge: Merge) -> str:
    """True for a staged row and its record. "Is not null" repeats the
    index's condition: without it SQLite scans the table per row."""
    if not merge.has_key:
        return dialect().boolean(False)
    (name,) = merge.keys
    key = stored(merge.model, name)
    return f"{folded(merge.model, name, key)} = {folded(merge.model, name, f's.{quoted(name)}')} AND {key} IS NOT NULL"


def is_caseless(model: type[Record], field: str) -> bool:
    """Return True if the key is compared without regard to case: texts that their type compares exactly."""
    kind = _type_of(model, field)
    return kind is not None and kind.compared == "exactly" and kind.kind == "text"


def caseless(model: type[Record], field: str, expression: str) -> str:
    return dialect().lower(expression) if is_caseless(model, field) else folded(model, field, expression)


def folded(model: type[Record], field: str, expression: str) -> str:
    """E-mails are the same without regard to the case of A–Z, phones without punctuation; the unique index says so too."""
    kind = _type_of(model, field)
    if kind is None or kind.compared == "exactly":
        return expression
    return dialect().ascii_lower(without_punctuation(expression) if kind.compared == "by digits" else expression)


def _type_of(model: type[Record], field: str) -> fieldtypes.FieldType | None:
    definition = model.entity.field(field)
    return fieldtypes.get(definition.type) if definition else None


# Tables


def joined(merge: Merge) -> str:
    """Return the staged rows, each with its record r or none; with m where the key may find several."""
    if not may_find_several(merge):
        return f"{quoted(merge.staging)} s LEFT JOIN {table_of(merge.model)} r ON {same_key(merge)}"
    matches = f"{quoted(merge.matches)} m ON m.crm_row = s.crm_row"
    return f"{quoted(merge.staging)} s LEFT JOIN {matches} LEFT JOIN {table_of(merge.model)} r ON r.id = m.record_id"


def compared_rows(merge: Merge) -> str:
    """Return the staged rows s with their outcomes o."""
    return f"{quoted(merge.staging)} s JOIN {quoted(merge.outcomes)} o ON o.crm_row = s.crm_row"


def written_rows(merge: Merge) -> str:
    """Of `compared_rows` those that create or update a record."""
    return f"{compared_rows(merge)} AND o.outcome IN ('{CREATED}', '{UPDATED}')"


def compared_with_records(merge: Merge) -> str:
    return f"{compared_rows(merge)} LEFT JOIN {table_of(merge.model)} r ON r.id = o.record_id"


def written_rows_with_records(merge: Merge) -> str:
    return f"{written_rows(merge)} LEFT JOIN {table_of(merge.model)} r ON r.id = o.record_id"


# Values


def new_value(merge: StagedMerge, name: str) -> str:
    """Return what an updated record will hold; a consent that is withheld may be lost, never gained."""
    value = _written_value(merge, name)
    return f"(({value}) AND {stored(merge.model, name)})" if name in merge.withheld else value


def _written_value(merge: StagedMerge, name: str) -> str:
    """A doubted value is one that the record holds already (see `held_values`)."""
    value = _taken_value(merge, name)
    return f"CASE WHEN {is_doubted(name)} THEN {stored(merge.model, name)} ELSE {value} END" if merge.has_doubts else value


def _taken_value(merge: StagedMerge, name: str) -> str:
    staged, present = f"s.{quoted(name)}", stored(merge.model, name)
    empty = empty_value(merge.model, name)
    if name in merge.only_empty:
        return f"COALESCE({present}, {staged})"
    if name in {*merge.adding, *merge.removing}:
        changed = f"CASE WHEN {staged} IS NULL THEN {present} ELSE {_combined(merge, name, present, staged)} END"
        return f"CASE WHEN {cleared(name)} THEN {empty} ELSE {changed} END" if merge.has_cleared else changed
    if merge.empty == "clear":
        return _unless_absent(merge, name, _or(staged, empty), present)
    if not merge.has_cleared:
        return f"COALESCE({staged}, {present})"
    return f"CASE WHEN {cleared(name)} THEN {empty} ELSE COALESCE({staged}, {present}) END"


def _combined(merge: Merge, name: str, present: str, staged: str) -> str:
    options = [value for value, _label in options_of(merge.model.entity.field(name))]  # type: ignore[arg-type]  # a mapped field is there
    return combined(options, present, staged, removes=name in merge.removing)


def _unless_absent(merge: Merge, name: str, value: str, present: str) -> str:
    """An absent member has no cells, and is to lose nothing but its membership."""
    if not merge.replace or name == merge.replace:
        return value
    return f"CASE WHEN s.crm_row > {ABSENT_ROWS} THEN {present} ELSE {value} END"


def created_value(merge: StagedMerge, name: str) -> str:
    """Return what a new record will hold: the staged value; where the cell is empty, the field's default. No withheld consent."""
    if name not in merge.columns or name in {*merge.removing, *merge.withheld}:
        return default_of(merge, name)
    staged, empty = f"s.{quoted(name)}", empty_value(merge.model, name)
    if merge.empty == "clear":
        return _or(staged, empty)
    default = _or(staged, default_of(merge, name))
    return f"CASE WHEN {cleared(name)} THEN {empty} ELSE {default} END" if merge.has_cleared else default


def held_value(merge: StagedMerge, name: str) -> str:
    """Return what the record of a row will hold, whether it is created or not."""
    changed = new_value(merge, name) if name in merge.written_columns else stored(merge.model, name)
    return f"CASE WHEN o.outcome = '{CREATED}' THEN {created_value(merge, name)} ELSE {changed} END"


def default_of(merge: Merge, name: str) -> str:
    field = merge.model.entity.field(name)
    if name in merge.withheld:
        return dialect().boolean(False)
    value = default_value(field) if field else None
    return empty_value(merge.model, name) if value is None else dialect().literal(value)


def derivations(merge: Merge) -> list[Derivation]:
    """Return the rules for fields that follow from a column of the worksheet and are not columns themselves."""
    rules = derivations_of(merge.model.entity)
    return [rule for rule in rules if rule.source in merge.columns and rule.target not in merge.columns]


def cleared(name: str) -> str:
    pattern = name.replace("_", "!_")  # by itself it matches any character
    return f"s.{quoted(name)} IS NULL AND s.crm_cleared LIKE '%%,{pattern},%%' ESCAPE '!'"


def is_doubted(name: str) -> str:
    """True for a staged value that its field takes only where the record holds it."""
    pattern = name.replace("_", "!_")
    return f"s.crm_cleared LIKE '%%,?{pattern},%%' ESCAPE '!'"


def _or(expression: str, otherwise: str) -> str:
    return expression if otherwise == "NULL" else f"COALESCE({expression}, {otherwise})"


def empty_value(model: type[Record], name: str) -> str:
    """A Boolean is never unset: clearing it gives its default."""
    column = stored_field(model, name)
    return "NULL" if column.null else dialect().boolean(bool(column.default))


# Differences


def differs(merge: StagedMerge, name: str) -> str:
    return f"{stored(merge.model, name)} IS DISTINCT FROM {new_value(merge, name)}"


def any_differs(merge: StagedMerge) -> str:
    clauses = [differs(merge, name) for name in merge.written_columns]
    return f"({' OR '.join(clauses)})" if clauses else dialect().boolean(False)
