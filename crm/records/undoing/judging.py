"""What taking rows back would do: this is the rehearsal, and where each chunk starts from."""

from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.sql import rows
from crm.records.models import Kept, Undo
from crm.records.undoing.conflicts import note_what_stands
from crm.records.undoing.dependencies import ANY, Partners, note_needs
from crm.records.undoing.expressions import changes, dialect, execute, is_whole, kept, staging, with_records
from crm.records.undoing.reverse_merge import ALL, CREATED, DELETED, DONE, UPDATED, WHOLE, Backwards, Rows, Undone


def look_ahead(back: Backwards) -> Undone:
    """Judges all rows, and marks those that must be put back in one transaction."""
    dialect().plan_for_many_rows()
    return judge(back, ALL, ANY)


def judge(back: Backwards, wanted: Rows, partners: Partners) -> Undone:
    """Finds anew what of these rows can be put back, and counts it."""
    note_what_stands(back, wanted)
    note_needs(back, wanted, partners)
    return _counted(back, wanted)


def _counted(back: Backwards, wanted: Rows) -> Undone:
    restored, values = _restored(back, wanted)
    kept_records, kept_values = _kept(back, wanted)
    returning = _count(f"{staging(back)} s WHERE {returns(wanted)}") if DELETED in wanted.kinds else 0
    removed = _count(f"{with_records(back)} WHERE {goes(wanted)}") if CREATED in wanted.kinds else 0
    return Undone(restored + returning, removed, kept_records, values, kept_values)


def goes(wanted: Rows) -> str:
    """The created records s that can be removed."""
    return f"{wanted.of('s')} AND s.kind = '{CREATED}' AND {is_whole()}"


def returns(wanted: Rows) -> str:
    """The deleted records s that can come back."""
    return f"{wanted.of('s')} AND s.kind = '{DELETED}' AND {is_whole()}"


def _count(source: str) -> int:
    return int(rows(f"SELECT count(*) FROM {source}")[0][0])


def _restored(back: Backwards, wanted: Rows) -> tuple[int, int]:
    """Updated records of which a value can be put back, and how many values."""
    if UPDATED not in wanted.kinds or not back.fields:
        return 0, 0
    source = f"SELECT {_number_of_changes(back)} AS n FROM {with_records(back)} WHERE {wanted.of('s')} AND s.kind = '{UPDATED}'"
    found = rows(f"SELECT count(*), COALESCE(sum(n), 0) FROM ({source}) c WHERE n > 0")
    return int(found[0][0]), int(found[0][1])


def _number_of_changes(back: Backwards) -> str:
    return " + ".join(f"CASE WHEN {changes(back, name)} THEN 1 ELSE 0 END" for name in back.fields) or "0"


def _kept(back: Backwards, wanted: Rows) -> tuple[int, int]:
    """Records that stay altogether, and values that stay."""
    some = f"EXISTS (SELECT 1 FROM {kept(back)} k WHERE k.crm_row = s.crm_row AND k.reason <> '{DONE}')"
    stays = f"(s.kind = '{UPDATED}' AND NOT {_changes_record(back)}) OR (s.kind <> '{UPDATED}' AND NOT {is_whole()})"
    records = _count(f"{staging(back)} s WHERE {wanted.of('s')} AND s.crm_kept IS NOT NULL AND {some} AND ({stays})")
    values = rows(f"SELECT count(*) FROM {kept(back)} k WHERE k.field <> '{WHOLE}' AND k.reason <> '{DONE}'")
    return records, int(values[0][0])


def _changes_record(back: Backwards) -> str:
    changed = " OR ".join(changes(back, name) for name in back.fields) or "FALSE"
    return f"EXISTS (SELECT 1 FROM {table_of(back)} r WHERE r.id = s.record_id AND ({changed}))"


def store_kept(back: Backwards, undo: Undo) -> None:
    """Adds what was found to stay to the undo's list."""
    execute(
        f"INSERT INTO {quoted(Kept._meta.db_table)} (undo_id, entity, record_id, field, reason, other)"
        f" SELECT %s, '{back.acronym}', s.record_id, CASE k.field WHEN '{WHOLE}' THEN '' ELSE k.field END, k.reason, k.other"
        f" FROM {kept(back)} k JOIN {staging(back)} s ON s.crm_row = k.crm_row WHERE k.reason <> '{DONE}'"
        f" ORDER BY k.crm_row, k.field",
        [undo.pk],
    )
