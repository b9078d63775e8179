"""Checks over several fields of a record, for all rows of a worksheet at once; `records.writing.saving` checks one record."""

from collections.abc import Iterator

from crm.records.bulk.expressions import created_value, differs, held_value, new_value, written_rows_with_records
from crm.records.bulk.merge import CREATED, UPDATED, RowRefusal, StagedMerge
from crm.records.bulk.names import quoted, stored
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import exceeds, index_rooms, rows
from crm.records.dialects import dialect
from crm.records.entity_rules import RecordCheck, RecordFault, checks_of
from crm.records.errors import too_long_for_index
from crm.records.validating import REQUIRED, writable_fields

SHOWN = 50  # characters of a refused text


def faulty_records(merge: StagedMerge) -> Iterator[RowRefusal]:
    """Rows whose record would miss a required value or break a rule of its entity."""
    yield from _missing(merge)
    for check in checks_of(merge.model.entity):
        if set(check.fields) & set(merge.columns):
            yield from _faults(merge, check)


def _missing(merge: StagedMerge) -> Iterator[RowRefusal]:
    for field in writable_fields(merge.model.entity):
        if not field.nullable and merge.model._meta.get_field(field.name).null:
            found = rows(f"SELECT s.crm_row, '' FROM {written_rows_with_records(merge)} WHERE {_is_missing(merge, field.name)}")
            yield from refused(merge, field.name, found, str(REQUIRED))


def _is_missing(merge: StagedMerge, name: str) -> str:
    created = f"o.outcome = '{CREATED}' AND {created_value(merge, name)} IS NULL"
    if name not in merge.written_columns:
        return created
    # An old fault is no refusal: only what this worksheet empties.
    emptied = f"{new_value(merge, name)} IS NULL AND {stored(merge.model, name)} IS NOT NULL"
    return f"({created}) OR (o.outcome = '{UPDATED}' AND {emptied})"


def _faults(merge: StagedMerge, check: RecordCheck) -> Iterator[RowRefusal]:
    for row, fault in list(_found(merge, check)):
        yield from refused(merge, fault.field, [(row, fault.value)], fault.reason)


def _found(merge: StagedMerge, check: RecordCheck) -> Iterator[tuple[int, RecordFault]]:
    for row, *values in dialect().streamed(check.suspects(dialect(), _changed(merge, check))):
        if fault := check.fault(dict(zip(check.fields, values, strict=True))):
            yield row, fault


def _changed(merge: StagedMerge, check: RecordCheck) -> str:
    """Row and values of the records that the check concerns: new ones, and those of which one of the fields changes."""
    values = (f"{held_value(merge, name)} AS {quoted(name)}" for name in check.fields)
    written = [name for name in check.fields if name in merge.written_columns]
    changed = " OR ".join([f"o.outcome = '{CREATED}'", *(differs(merge, name) for name in written)])
    return f"SELECT s.crm_row AS crm_row, {', '.join(values)} FROM {written_rows_with_records(merge)} WHERE {changed}"


def too_long(merge: StagedMerge, which: str) -> Iterator[RowRefusal]:
    """Refuses the rows, of those that the condition `which` on s names, whose record an index may not hold.

    Only indexes of earlier releases are like that, and PostgreSQL tells when it refuses the rows.
    """
    for names, most in index_rooms(merge.model.entity):
        column = next((name for name in names if name in merge.columns), names[0])
        value = f"substr(CAST({held_value(merge, column)} AS text), 1, {SHOWN})"
        exceeding = exceeds(names, most, lambda name: held_value(merge, name))
        found = rows(f"SELECT s.crm_row, {value} FROM {written_rows_with_records(merge)} WHERE {which} AND {exceeding}")
        yield from refused(merge, column, found, too_long_for_index(most))
