"""Compares who a rule lets in with who was in at the last time: events of rules, each with the cause that can be known."""

from datetime import datetime

from clusters.history.sources import CAUSE_OF_CHANGE, CHANGE_SETS, CHANGES, EVENTS, MEMBERS, Compared, execute
from crm.records.dialects import dialect

VALUE_OR_PERSON = "CASE WHEN w.pinned = 1 THEN 'person' ELSE 'value' END"


def compare(compared: Compared, *, at: datetime, cause: str = "") -> tuple[int, int]:
    """Stores who joined and left since the last comparison, and returns how many.

    `cause` is given where it is known of all, as of a changed rule. The first time nobody joins: who is in was in before.
    """
    if compared.last.known_from is None:
        _fill(compared)
        return 0, 0
    joined, left = _joined(compared, at, cause), _left(compared, at, cause)
    return joined, left


def _fill(compared: Compared) -> None:
    members, params = compared.members()
    execute(
        f"INSERT INTO {MEMBERS} (cluster_id, record, since) SELECT %s, m.id, NULL FROM ({members}) m",
        [compared.cluster.pk, *params],
    )


def _joined(compared: Compared, at: datetime, cause: str) -> int:
    members, params = compared.members()
    pk = compared.cluster.pk
    is_new = f"NOT EXISTS (SELECT 1 FROM {MEMBERS} c WHERE c.cluster_id = %s AND c.record = m.id)"
    why, why_params = _cause(cause)
    recent, recent_params = _recent_changes(compared)
    execute(
        f"INSERT INTO {EVENTS} (cluster_id, record, at, after, joined, cause, change_set)"
        f" SELECT %s, m.id, %s, %s, %s, {why}, s.id FROM ({members}) m {recent.format('m.id')} WHERE {is_new}",
        [pk, at, compared.last.counted_at, True, *why_params, *params, *recent_params, pk],
    )
    return execute(
        f"INSERT INTO {MEMBERS} (cluster_id, record, since) SELECT %s, m.id, %s FROM ({members}) m WHERE {is_new}",
        [pk, at, *params, pk],
    )


def _left(compared: Compared, at: datetime, cause: str) -> int:
    members, params = compared.members()
    pk = compared.cluster.pk
    is_gone = f"c.cluster_id = %s AND NOT EXISTS (SELECT 1 FROM ({members}) m WHERE m.id = c.record)"
    why, why_params = _cause(cause)
    is_deleted = f"NOT EXISTS (SELECT 1 FROM {compared.table} x WHERE x.id = c.record)"
    recent, recent_params = _recent_changes(compared)
    execute(
        f"INSERT INTO {EVENTS} (cluster_id, record, at, after, joined, cause, change_set)"
        f" SELECT %s, c.record, %s, %s, %s, CASE WHEN {is_deleted} THEN 'deleted' ELSE {why} END, s.id"
        f" FROM {MEMBERS} c {recent.format('c.record')} WHERE {is_gone}",
        [pk, at, compared.last.counted_at, False, *why_params, *recent_params, pk, *params],
    )
    return execute(f"DELETE FROM {MEMBERS} AS c WHERE {is_gone}", [pk, *params])


def _recent_changes(compared: Compared) -> tuple[str, list[object]]:
    """A join of the last change-set, s, that wrote a record since the last comparison, if any did."""
    recent = f"FROM {CHANGES} h WHERE h.entity = %s AND h.id >= %s AND h.at >= %s GROUP BY h.record_id"
    written = f"SELECT h.record_id, max(h.change_set_id) AS last, max({_is_pinned(compared)}) AS pinned {recent}"
    joins = f"LEFT JOIN ({written}) w ON w.record_id = {{}} LEFT JOIN {CHANGE_SETS} s ON s.id = w.last"
    return joins, [compared.cluster.entity, compared.last.unread, compared.last.counted_at]


def _is_pinned(compared: Compared) -> str:
    """1 if a change pinned the record, or took its pin out."""
    names = [name for name in (compared.cluster.kept_in, compared.cluster.kept_out) if name]
    asked = " OR ".join(f"(h.kind = 'u' AND {dialect().has_key('h.before', name)})" for name in names)
    return f"CASE WHEN {asked} THEN 1 ELSE 0 END" if names else "0"


def _cause(cause: str) -> tuple[str, list[object]]:
    if cause:
        return "%s", [cause]
    return f"CASE WHEN s.id IS NULL THEN 'time' ELSE {CAUSE_OF_CHANGE.format(VALUE_OR_PERSON)} END", []
