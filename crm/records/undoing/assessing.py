"""Determines what undoing rows would do: the rehearsal, and the start of each chunk."""

from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.statements import execute, rows
from crm.records.dialects import dialect
from crm.records.models import Kept, Undo
from crm.records.undoing.conflicts import note_conflicts
from crm.records.undoing.dependencies import ANY, Partners, note_dependencies
from crm.records.undoing.expressions import changes, is_whole, kept, staging, with_records
from crm.records.undoing.reverse_merge import ALL, CREATED, DELETED, DONE, UPDATED, WHOLE, ReverseMerge, Rows, UndoCounts


def look_ahead(merge: ReverseMerge) -> UndoCounts:
    """Assesses all rows, and marks those that have to be put back in one transaction."""
    dialect().plan_for_many_rows()
    return assess(merge, ALL, ANY)


def assess(merge: ReverseMerge, wanted: Rows, partners: Partners) -> UndoCounts:
    """Finds what of these rows can be put back now, and counts it."""
    note_conflicts(merge, wanted)
    note_dependencies(merge, wanted, partners)
    return _counted(merge, wanted)


def _counted(merge: ReverseMerge, wanted: Rows) -> UndoCounts:
    restored, values = _restored(merge, wanted)
    kept_records, kept_values = _kept(merge, wanted)
    returning = _count(f"{staging(merge)} s WHERE {returnable(wanted)}") if DELETED in wanted.kinds else 0
    removed = _count(f"{with_records(merge)} WHERE {removable(wanted)}") if CREATED in wanted.kinds else 0
    return UndoCounts(restored + returning, removed, kept_records, values, kept_values)


def removable(wanted: Rows) -> str:
    """The created records s that can be removed."""
    return f"{wanted.of('s')} AND s.kind = '{CREATED}' AND {is_whole()}"


def returnable(wanted: Rows) -> str:
    """The deleted records s that can come back."""
    return f"{wanted.of('s')} AND s.kind = '{DELETED}' AND {is_whole()}"


def _count(source: str) -> int:
    return int(rows(f"SELECT count(*) FROM {source}")[0][0])


def _restored(merge: ReverseMerge, wanted: Rows) -> tuple[int, int]:
    """Updated records of which a value can be put back, and how many values."""
    if UPDATED not in wanted.kinds or not merge.fields:
        return 0, 0
    source = f"SELECT {_number_of_changes(merge)} AS n FROM {with_records(merge)} WHERE {wanted.of('s')} AND s.kind = '{UPDATED}'"
    found = rows(f"SELECT count(*), COALESCE(sum(n), 0) FROM ({source}) c WHERE n > 0")
    return int(found[0][0]), int(found[0][1])


def _number_of_changes(merge: ReverseMerge) -> str:
    return " + ".join(f"CASE WHEN {changes(merge, name)} THEN 1 ELSE 0 END" for name in merge.fields) or "0"


def _kept(merge: ReverseMerge, wanted: Rows) -> tuple[int, int]:
    """Records that are kept as a whole, and values that are kept."""
    some = f"EXISTS (SELECT 1 FROM {kept(merge)} k WHERE k.crm_row = s.crm_row AND k.reason <> '{DONE}')"
    untouched = f"(s.kind = '{UPDATED}' AND NOT {_changes_record(merge)}) OR (s.kind <> '{UPDATED}' AND NOT {is_whole()})"
    records = _count(f"{staging(merge)} s WHERE {wanted.of('s')} AND s.crm_kept IS NOT NULL AND {some} AND ({untouched})")
    values = rows(f"SELECT count(*) FROM {kept(merge)} k WHERE k.field <> '{WHOLE}' AND k.reason <> '{DONE}'")
    return records, int(values[0][0])


def _changes_record(merge: ReverseMerge) -> str:
    changed = " OR ".join(changes(merge, name) for name in merge.fields) or "FALSE"
    return f"EXISTS (SELECT 1 FROM {table_of(merge.model)} r WHERE r.id = s.record_id AND ({changed}))"


def store_kept(merge: ReverseMerge, undo: Undo) -> None:
    """Adds what is kept to the undo's list."""
    execute(
        f"INSERT INTO {quoted(Kept._meta.db_table)} (undo_id, entity, record_id, field, reason, other)"
        f" SELECT %s, '{merge.acronym}', s.record_id, CASE k.field WHEN '{WHOLE}' THEN '' ELSE k.field END, k.reason, k.other"
        f" FROM {kept(merge)} k JOIN {staging(merge)} s ON s.crm_row = k.crm_row WHERE k.reason <> '{DONE}'"
        f" ORDER BY k.crm_row, k.field",
        [undo.pk],
    )
