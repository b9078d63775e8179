"""The law of undo: a value may be put back only where no later change of that field stands.

A change and its undo cancel each other, and so do an undo and the undo of that: they are of one family (see
`ChangeSet.family`). So a later change stands in the way when its family touched the field an odd number of times. A family
of our own that did means that the field is taken back already.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from crm.records.bulk.names import quoted
from crm.records.models import ChangeSet, Kept, RecordChange
from crm.records.undoing.expressions import dialect, execute, kept, staging, with_records
from crm.records.undoing.reverse_merge import CREATED, DELETED, DONE, UPDATED, WHOLE, Backwards, Rows
from crm.records.undoing.staging import CLOCKS


def note_what_stands(back: Backwards, wanted: Rows) -> None:
    """Empties the table of what stays and fills it with what history and schema say of these rows."""
    execute(dialect().empty(kept(back)))
    execute(f"UPDATE {staging(back)} AS s SET crm_kept = NULL WHERE s.crm_kept IS NOT NULL AND {wanted.of('s')}", ())
    _note_later_changes(back, wanted)
    _note_lost(back, wanted)
    _note_erased(back, wanted)
    if DELETED in back.kinds:
        _note_returned(back, wanted)
    list_kept(back)


def list_kept(back: Backwards) -> None:
    """Tells the staged rows which of their fields stay."""
    listed = dialect().joined_texts("field")
    execute(
        f"UPDATE {staging(back)} AS s SET crm_kept = k.fields FROM"
        f" (SELECT crm_row, ',' || {listed} || ',' AS fields FROM {kept(back)} GROUP BY crm_row) k WHERE k.crm_row = s.crm_row"
    )


def _note_later_changes(back: Backwards, wanted: Rows) -> None:
    insert = f"INSERT INTO {kept(back)} (crm_row, field, reason, other) WITH touch AS ({_touches(back, wanted)})"
    own = f"max(CASE WHEN t.family = {back.target.family} THEN 1 ELSE 0 END) = 1"
    said = f"CASE WHEN {own} THEN '{DONE}' ELSE '{Kept.Reason.CHANGED}' END, CAST(max(t.newest) AS varchar(20))"
    derived = "".join(f" AND k.key <> '{month}'" for month in back.derived)
    fields = (
        f"SELECT s.crm_row, k.key, {said} FROM touch t JOIN {staging(back)} s ON s.crm_row = t.crm_row,"
        f" {dialect().keys_of('s.before', 'k')} WHERE s.kind = '{UPDATED}' AND t.field IN (k.key, '{WHOLE}'){derived}"
        " GROUP BY s.crm_row, k.key"
    )
    records = (
        f"SELECT s.crm_row, '{WHOLE}', {said} FROM touch t JOIN {staging(back)} s ON s.crm_row = t.crm_row"
        f" WHERE s.kind IN ('{CREATED}', '{DELETED}') GROUP BY s.crm_row"
    )
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in _since_until(back)]
    execute(f"{insert} {fields} UNION ALL {records}", moments)


def _touches(back: Backwards, wanted: Rows) -> str:
    """Row, field and family of the later changes that stand; one of a whole record touches all its fields."""
    history, acts = quoted(RecordChange._meta.db_table), quoted(ChangeSet._meta.db_table)
    names = f"CASE WHEN d.kind = '{UPDATED}' AND d.before IS NOT NULL THEN d.before ELSE {_whole()} END"
    later = f"d.entity = '{back.acronym}' AND d.record_id = s.record_id AND d.id > s.crm_row AND d.at >= %s AND d.at < %s"
    return (
        "SELECT s.crm_row AS crm_row, k.key AS field, COALESCE(c.root, d.change_set_id) AS family, max(d.change_set_id) AS newest"
        f" FROM {staging(back)} s {dialect().looked_up(history, 'd', later)}"
        f" LEFT JOIN {acts} c ON c.id = d.change_set_id CROSS JOIN {dialect().keys_of(names, 'k')}"
        f" WHERE {wanted.of('s')} GROUP BY 1, 2, 3 HAVING count(*) %% 2 = 1"
    )


def _whole() -> str:
    document = f"'{{\"{WHOLE}\": 1}}'"
    return f"{document}::jsonb" if dialect().JSON == "jsonb" else document


def _since_until(back: Backwards) -> tuple[datetime, datetime]:
    return back.target.at - CLOCKS, timezone.now() + timedelta(days=1)


def _note_lost(back: Backwards, wanted: Rows) -> None:
    """Of a record that comes back, the value alone stays away."""
    for name in back.lost:
        known = f"EXISTS (SELECT 1 FROM {kept(back)} k WHERE k.crm_row = s.crm_row AND k.field IN ('{name}', '{WHOLE}'))"
        execute(
            f"INSERT INTO {kept(back)} (crm_row, field, reason, other) SELECT s.crm_row, '{name}', '{Kept.Reason.LOST}', ''"
            f" FROM {staging(back)} s WHERE {wanted.of('s')} AND s.kind IN ('{UPDATED}', '{DELETED}')"
            f" AND {dialect().has_key('s.before', name)} AND NOT {known}",
            (),
        )


def _note_erased(back: Backwards, wanted: Rows) -> None:
    execute(
        f"INSERT INTO {kept(back)} (crm_row, field, reason, other) SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.ERASED}', ''"
        f" FROM {staging(back)} s WHERE {wanted.of('s')} AND s.kind IN ('{UPDATED}', '{DELETED}') AND s.before IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {kept(back)} k WHERE k.crm_row = s.crm_row AND k.field = '{WHOLE}')",
        (),
    )


def _note_returned(back: Backwards, wanted: Rows) -> None:
    """A record of this id is there, whatever history says. Asked before any comes back: a table that grows meanwhile is slow to ask."""
    execute(
        f"INSERT INTO {kept(back)} (crm_row, field, reason, other) SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.CHANGED}', ''"
        f" FROM {with_records(back)} WHERE {wanted.of('s')} AND s.kind = '{DELETED}'"
        f" AND NOT EXISTS (SELECT 1 FROM {kept(back)} k WHERE k.crm_row = s.crm_row AND k.field = '{WHOLE}')",
        (),
    )
