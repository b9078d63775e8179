"""Reads the change history of a field that people write into events: exactly who joined and left, when, and by which change."""

from clusters import membership
from clusters.history.sources import CAUSE_OF_CHANGE, CHANGE_SETS, CHANGES, EVENTS, MEMBERS, Compared, execute
from crm.records.bulk.names import quoted
from crm.records.dialects import dialect
from crm.rules.folding import fold
from crm.schema.record import name_of, stored_field


def fold_changes(compared: Compared) -> tuple[int, int]:
    """Stores the events since the last comparison, and who is in now; returns how many joined and left."""
    before = _event_count(compared)
    _insert_events(compared)
    joined, left = (after - count for after, count in zip(_event_count(compared), before, strict=True))
    _replace_members(compared)
    return joined, left


def _insert_events(compared: Compared) -> None:
    changed_field = dialect().has_key("h.before", compared.cluster.field)
    false = dialect().boolean(False)
    touched = (
        f"SELECT h.id, h.record_id, h.at, h.change_set_id, h.kind,"
        f" CASE WHEN h.kind = 'c' THEN {false} ELSE {_is_member(compared, _value_before(compared))} END AS was"
        f" FROM {CHANGES} h WHERE h.entity = %s AND h.id >= %s AND (h.kind <> 'u' OR {changed_field})"
    )
    followed = (
        "SELECT t.*, LEAD(t.was) OVER w AS next_was, LEAD(t.kind) OVER w AS next_kind"
        f" FROM ({touched}) t WINDOW w AS (PARTITION BY t.record_id ORDER BY t.id)"
    )
    now = _is_member(compared, f"r.{_column(compared)}")
    flips = (
        f"SELECT f.*, CASE WHEN f.kind = 'd' THEN {false} WHEN f.next_kind IS NULL THEN {now} ELSE f.next_was END AS becomes"
        f" FROM ({followed}) f LEFT JOIN {compared.table} r ON r.id = f.record_id"
    )
    cause = f"CASE WHEN e.kind = 'd' THEN 'deleted' ELSE {CAUSE_OF_CHANGE.format(chr(39) + 'person' + chr(39))} END"
    execute(
        f"INSERT INTO {EVENTS} (cluster_id, record, at, joined, cause, change_set, change)"
        f" SELECT %s, e.record_id, e.at, e.becomes, {cause}, e.change_set_id, e.id"
        f" FROM ({flips}) e LEFT JOIN {CHANGE_SETS} s ON s.id = e.change_set_id WHERE e.was <> e.becomes"
        " ON CONFLICT DO NOTHING",
        [compared.cluster.pk, compared.cluster.entity, compared.last.unread],
    )


def _value_before(compared: Compared) -> str:
    return dialect().from_json("h.before", compared.cluster.field, stored_field(compared.model, compared.cluster.field))


def _column(compared: Compared) -> str:
    return quoted(name_of(stored_field(compared.model, compared.cluster.field)))


def _is_member(compared: Compared, value: str) -> str:
    """True if a value of the field is the members', as SQL; never null."""
    false = dialect().boolean(False)
    if membership.kind_of(compared.cluster) == "hand":
        return f"COALESCE({value}, {false})"
    wanted = dialect().literal(fold(membership.value_of(compared.cluster)))
    return f"COALESCE(crm_fold({value}) = {wanted}, {false})"


def _replace_members(compared: Compared) -> None:
    members, params = compared.members()
    pk = compared.cluster.pk
    is_gone = f"NOT EXISTS (SELECT 1 FROM ({members}) m WHERE m.id = c.record)"
    execute(f"DELETE FROM {MEMBERS} AS c WHERE c.cluster_id = %s AND {is_gone}", [pk, *params])
    # Grouped and joined: asked record by record, PostgreSQL looks through all events of the cluster for each.
    since = f"SELECT e.record, max(e.at) AS at FROM {EVENTS} e WHERE e.cluster_id = %s AND e.joined GROUP BY e.record"
    execute(
        f"INSERT INTO {MEMBERS} (cluster_id, record, since) SELECT %s, m.id, l.at FROM ({members}) m"
        f" LEFT JOIN ({since}) l ON l.record = m.id"
        f" WHERE NOT EXISTS (SELECT 1 FROM {MEMBERS} c WHERE c.cluster_id = %s AND c.record = m.id)",
        [pk, *params, pk, pk],
    )


def _event_count(compared: Compared) -> tuple[int, int]:
    events = compared.cluster.events
    return events.filter(joined=True).count(), events.filter(joined=False).count()
