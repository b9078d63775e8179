"""Compares who a rule lets in with who was in at the last time: events of rules, each with the cause that can be known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Max

from clusters import membership
from clusters.history.sources import CAUSE_OF_CHANGE, CHANGE_SETS, CHANGES, EVENTS, MEMBERS, OVERLAP, Compared, execute
from crm.records import querying
from crm.records.dialects import dialect
from crm.rules.compiling import compile_rule

Statement = tuple[str, Sequence[Any]]  # SQL and its parameters; Any: of whatever type

VALUE_OR_PERSON = "CASE WHEN w.pinned = 1 THEN 'person' ELSE 'value' END"
# Without a change of the record itself, values of a related one have changed, or time went by.
UNWRITTEN = "CASE WHEN f.by_values THEN 'value' ELSE 'time' END"
CAUSE = f"CASE WHEN s.id IS NULL THEN {UNWRITTEN} ELSE {CAUSE_OF_CHANGE.format(VALUE_OR_PERSON)} END"


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
    then, then_params = _holds_by_last_clock(compared, "m.id")
    flips = (
        f"SELECT m.id AS record, {then} AS by_values, {dialect().boolean(False)} AS is_deleted FROM ({members}) m WHERE {is_new}"
    )
    stored, stored_params = _store_events(compared, (flips, [*then_params, *params, pk]), at, joined=True, cause=cause)
    return execute(
        f"INSERT INTO {MEMBERS} (cluster_id, record, since) SELECT e.cluster_id, e.record, e.at FROM ({stored}) e", stored_params
    )


def _left(compared: Compared, at: datetime, cause: str) -> int:
    members, params = compared.members()
    pk = compared.cluster.pk
    is_gone = f"c.cluster_id = %s AND NOT EXISTS (SELECT 1 FROM ({members}) m WHERE m.id = c.record)"
    is_deleted = f"NOT EXISTS (SELECT 1 FROM {compared.table} x WHERE x.id = c.record)"
    then, then_params = _holds_by_last_clock(compared, "c.record")
    flips = f"SELECT c.record, NOT {then} AS by_values, {is_deleted} AS is_deleted FROM {MEMBERS} c WHERE {is_gone}"
    stored, stored_params = _store_events(compared, (flips, [*then_params, pk, *params]), at, joined=False, cause=cause)
    is_stored = f"c.record IN (SELECT e.record FROM ({stored}) e)"
    return execute(f"DELETE FROM {MEMBERS} AS c WHERE c.cluster_id = %s AND {is_stored}", [pk, *stored_params])


def _store_events(compared: Compared, flips: Statement, at: datetime, *, joined: bool, cause: str) -> Statement:
    """`flips` are records with `by_values`, that their values alone did it, and `is_deleted`.

    Return the query of the stored events. Who is in follows from them: asked again, the rule may find a record that was written
    meanwhile, which would then never join.
    """
    (statement, params), last = flips, compared.counted_at
    before = compared.cluster.events.aggregate(last=Max("pk"))["last"] or 0
    why, why_params = ("%s", [cause]) if cause else (CAUSE, [])
    written, written_params = _last_written(compared)
    # A change of before the last comparison was read by it, unless it was committed after it: then its values are new.
    is_new = "(f.by_values OR w.at >= %s)"
    execute(
        f"INSERT INTO {EVENTS} (cluster_id, record, at, after, joined, cause, change_set)"
        f" SELECT %s, f.record, %s, %s, %s, CASE WHEN f.is_deleted THEN 'deleted' ELSE {why} END, s.id FROM ({statement}) f"
        f" LEFT JOIN ({written}) w ON w.record_id = f.record AND {is_new} LEFT JOIN {CHANGE_SETS} s ON s.id = w.last",
        [compared.cluster.pk, at, last, joined, *why_params, *params, *written_params, last],
    )
    return f"SELECT * FROM {EVENTS} WHERE cluster_id = %s AND at = %s AND id > %s", [compared.cluster.pk, at, before]


def _holds_by_last_clock(compared: Compared, record: str) -> Statement:
    """That the rule holds of today's values at the moment of the last comparison: else only time has let the record in."""
    context = replace(querying.rule_context(), now=compared.counted_at)
    condition = compile_rule(membership.rule_of(compared.cluster), querying.fields_of(compared.model), context)
    members, params = replace(compared, condition=condition).members()
    return f"EXISTS (SELECT 1 FROM ({members}) t WHERE t.id = {record})", params


def _last_written(compared: Compared) -> Statement:
    """Of each record the last change-set that wrote it since the last comparison, or shortly before."""
    pinned = f"max({_is_pinned(compared)}) AS pinned"
    return (
        f"SELECT h.record_id, max(h.change_set_id) AS last, max(h.at) AS at, {pinned} FROM {CHANGES} h"
        " WHERE h.entity = %s AND h.id >= %s AND h.at >= %s GROUP BY h.record_id",
        [compared.cluster.entity, compared.last.unread, compared.counted_at - OVERLAP],
    )


def _is_pinned(compared: Compared) -> str:
    """1 if a change pinned the record, or took its pin out."""
    names = [name for name in (compared.cluster.kept_in, compared.cluster.kept_out) if name]
    asked = " OR ".join(f"(h.kind = 'u' AND {dialect().has_key('h.before', name)})" for name in names)
    return f"CASE WHEN {asked} THEN 1 ELSE 0 END" if names else "0"
