"""The law of undo: a value may be put back only where no later change of that field is in force.

A change and its undo cancel each other, and so do an undo and the undo of that: they are of one family (see
`ChangeSet.family`). So a later change is in conflict when its family touched the field an odd number of times. If that is
the family of the change itself, the field is undone already.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from crm.records.bulk.names import quoted
from crm.records.bulk.statements import execute
from crm.records.dialects import dialect
from crm.records.models import ChangeSet, Kept, RecordChange
from crm.records.undoing.expressions import kept, staging, with_records
from crm.records.undoing.reverse_merge import CREATED, DELETED, DONE, UPDATED, WHOLE, ReverseMerge, Rows
from crm.records.undoing.staging import CLOCKS


def note_conflicts(merge: ReverseMerge, wanted: Rows) -> None:
    """Fills the table of what is kept with what history and schema say of these rows."""
    execute(dialect().empty(kept(merge)))
    execute(f"UPDATE {staging(merge)} AS s SET crm_kept = NULL WHERE s.crm_kept IS NOT NULL AND {wanted.of('s')}")
    _note_later_changes(merge, wanted)
    _note_lost(merge, wanted)
    _note_erased(merge, wanted)
    if DELETED in merge.kinds:
        _note_returned(merge, wanted)
    list_kept(merge)


def list_kept(merge: ReverseMerge) -> None:
    """Lists in each staged row which of its fields are kept."""
    listed = dialect().joined_texts("field")
    execute(
        f"UPDATE {staging(merge)} AS s SET crm_kept = k.fields FROM"
        f" (SELECT crm_row, ',' || {listed} || ',' AS fields FROM {kept(merge)} GROUP BY crm_row) k WHERE k.crm_row = s.crm_row"
    )


def _note_later_changes(merge: ReverseMerge, wanted: Rows) -> None:
    insert = f"INSERT INTO {kept(merge)} (crm_row, field, reason, other) WITH touch AS ({_touches(merge, wanted)})"
    own = f"max(CASE WHEN t.family = {merge.target.family} THEN 1 ELSE 0 END) = 1"
    reason = f"CASE WHEN {own} THEN '{DONE}' ELSE '{Kept.Reason.CHANGED}' END, CAST(max(t.newest) AS varchar(20))"
    ignored = _none_of("k.key", [*(rule.target for rule in merge.derivations), *sorted(merge.authors)])
    fields = (
        f"SELECT s.crm_row, k.key, {reason} FROM touch t JOIN {staging(merge)} s ON s.crm_row = t.crm_row,"
        f" {dialect().keys_of('s.before', 'k')} WHERE s.kind = '{UPDATED}' AND t.field IN (k.key, '{WHOLE}'){ignored}"
        " GROUP BY s.crm_row, k.key"
    )
    records = (
        f"SELECT s.crm_row, '{WHOLE}', {reason} FROM touch t JOIN {staging(merge)} s ON s.crm_row = t.crm_row"
        f" WHERE s.kind IN ('{CREATED}', '{DELETED}') GROUP BY s.crm_row"
    )
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in _since_until(merge)]
    execute(f"{insert} {fields} UNION ALL {records}", moments)


def _touches(merge: ReverseMerge, wanted: Rows) -> str:
    """Row, field and family of the later changes in force; one of a whole record touches all its fields."""
    history, change_sets = quoted(RecordChange._meta.db_table), quoted(ChangeSet._meta.db_table)
    whole = f"CAST('{{\"{WHOLE}\": 1}}' AS {dialect().JSON})"
    names = f"CASE WHEN d.kind = '{UPDATED}' AND d.before IS NOT NULL THEN d.before ELSE {whole} END"
    later = f"d.entity = '{merge.acronym}' AND d.record_id = s.record_id AND d.id > s.crm_row AND d.at >= %s AND d.at < %s"
    return (
        "SELECT s.crm_row AS crm_row, k.key AS field, COALESCE(c.root, d.change_set_id) AS family, max(d.change_set_id) AS newest"
        f" FROM {staging(merge)} s {dialect().looked_up(history, 'd', later)}"
        f" LEFT JOIN {change_sets} c ON c.id = d.change_set_id CROSS JOIN {dialect().keys_of(names, 'k')}"
        f" WHERE {wanted.of('s')}{_none_of('k.key', sorted(merge.authors))} GROUP BY 1, 2, 3 HAVING count(*) %% 2 = 1"
    )


def _none_of(expression: str, names: Iterable[str]) -> str:
    return "".join(f" AND {expression} <> '{name}'" for name in names)


def _since_until(merge: ReverseMerge) -> tuple[datetime, datetime]:
    return merge.target.at - CLOCKS, timezone.now() + timedelta(days=1)


def _note_lost(merge: ReverseMerge, wanted: Rows) -> None:
    """Of a record that comes back, only the value is kept back."""
    for name in merge.lost:
        kinds = f"'{DELETED}'" if name in merge.authors else f"'{UPDATED}', '{DELETED}'"
        known = f"EXISTS (SELECT 1 FROM {kept(merge)} k WHERE k.crm_row = s.crm_row AND k.field IN ('{name}', '{WHOLE}'))"
        execute(
            f"INSERT INTO {kept(merge)} (crm_row, field, reason, other) SELECT s.crm_row, '{name}', '{Kept.Reason.LOST}', ''"
            f" FROM {staging(merge)} s WHERE {wanted.of('s')} AND s.kind IN ({kinds})"
            f" AND {dialect().has_key('s.before', name)} AND NOT {known}",
        )


def _note_erased(merge: ReverseMerge, wanted: Rows) -> None:
    execute(
        f"INSERT INTO {kept(merge)} (crm_row, field, reason, other) SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.ERASED}', ''"
        f" FROM {staging(merge)} s WHERE {wanted.of('s')} AND s.kind IN ('{UPDATED}', '{DELETED}') AND s.before IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {kept(merge)} k WHERE k.crm_row = s.crm_row AND k.field = '{WHOLE}')",
    )


def _note_returned(merge: ReverseMerge, wanted: Rows) -> None:
    """A record of this id exists, whatever history says. Asked before
    any comes back: a table that is just growing is slow to ask."""
    execute(
        f"INSERT INTO {kept(merge)} (crm_row, field, reason, other) SELECT s.crm_row, '{WHOLE}', '{Kept.Reason.CHANGED}', ''"
        f" FROM {with_records(merge)} WHERE {wanted.of('s')} AND s.kind = '{DELETED}'"
        f" AND NOT EXISTS (SELECT 1 FROM {kept(merge)} k WHERE k.crm_row = s.crm_row AND k.field = '{WHOLE}')",
    )
