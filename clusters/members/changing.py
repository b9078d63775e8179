"""Adds members to a cluster, removes some, or makes it exactly a selection: one transaction, one change-set."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import InvalidCluster
from clusters.errors import InvalidSelection
from clusters.history.comparing_soon import compare_soon
from clusters.members.key_lookup import SelectedRecords
from clusters.members.limits import USUAL, refuse_beyond
from clusters.members.selecting import Selection, selected
from clusters.models import Cluster
from crm.jobs import locking
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import bulk, querying
from crm.records.models import ChangeSet
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current
from crm.schema.record import Record

Verb = Literal["add", "remove", "replace"]

FEW = 1_000  # keys whose records one statement locks, in the order in which imports lock theirs


@dataclass(frozen=True)
class MembersChange:
    """How many join and leave, and how many of those meant are (or are not) members already; keys that nobody has."""

    added: int = 0
    removed: int = 0
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    change_set: int | None = None


def change_members(
    cluster: Cluster,
    verb: Verb,
    selection: Selection,
    *,
    by: Actor,
    dry_run: bool = False,
    max_leave: str = "",
    waiting: Callable[[], None] | None = None,
    before_commit: Callable[[MembersChange], None] = lambda _change: None,
) -> MembersChange:
    """With `dry_run` it is counted, and nothing is written. Of a tier, who joins gets its value and who leaves loses it.
    `max_leave` is how many may leave by *replace*, a number or a share of the members such as `20%`; any other than the
    usual one is a manager's to say.

    All of it is written, or nothing: what a record may not hold is refused. `waiting` is called while an import of the
    entity is under way; without it the change is refused meanwhile, unless it is small. `before_commit` is given what was
    written, within the transaction that wrote it.
    Raises InvalidCluster (also where a rule says who is in), TooManyLeave, InvalidSelection, RuleError, PermissionDenied.
    """
    require(by, "write", cluster.entity, cluster.field)
    if verb == "replace" and max_leave not in {"", USUAL}:
        require(by, "undo", cluster.entity)  # as who lets an import pass its limits
    _check_people_decide(cluster)
    if verb == "replace" and not selection.is_condition and not selection.keys:
        raise InvalidSelection(_("The list is empty: it would take everybody out. Remove them by name, or by a rule."))
    with _entity_held(cluster.entity, verb, selection, waiting), current.pinned() as generated, transaction.atomic():
        model = generated[cluster.entity]
        with selected(model, selection, by=by) as found:
            change = _change(cluster, model, verb, found)
            counts = _counts(change, model, verb, found)
            if verb == "replace" and max_leave:
                refuse_beyond(max_leave, counts.removed, of=counts.removed + counts.unchanged)
            if counts.added or counts.removed:
                counts = replace(counts, change_set=_staged_and_written(cluster, change, model, by=by, dry_run=dry_run))
        if counts.change_set is not None:
            compare_soon(cluster.entity, cluster.field)
        before_commit(counts)
    if counts.change_set is not None:
        bulk.tidy(model, rows=counts.added + counts.removed)
    return counts


@contextmanager
def _entity_held(entity: str, verb: Verb, selection: Selection, waiting: Callable[[], None] | None) -> Iterator[None]:
    """An import locks records in an order of its own: who changes many waits for it. A few are locked all at once."""
    if verb != "replace" and not selection.is_condition and len(selection.keys) <= FEW:
        yield
        return
    with locking.held(locking.entity_lock_name(entity), waiting=waiting or _refuse_meanwhile):
        yield


def _refuse_meanwhile() -> None:
    raise InvalidCluster(_("An import of these records is under way. Nothing was changed; try again when it has ended."))


@dataclass(frozen=True)
class _Change:
    """The conditions of who is in now, who joins and who leaves."""

    members: Q
    joining: Q | None
    leaving: Q | None


def _change(cluster: Cluster, model: type[Record], verb: Verb, found: SelectedRecords) -> _Change:
    members = querying.condition(membership.rule_of(cluster), model)
    joining = found.condition & ~members if verb != "remove" else None
    leaving = {"add": None, "remove": found.condition & members, "replace": ~found.condition & members}[verb]
    return _Change(members, joining, leaving)


def _counts(change: _Change, model: type[Record], verb: Verb, found: SelectedRecords) -> MembersChange:
    same = ~change.members if verb == "remove" else change.members
    asked = {"added": change.joining, "removed": change.leaving, "unchanged": found.condition & same}
    counted = querying.counts_where(model.objects.all(), {name: each for name, each in asked.items() if each is not None})
    return MembersChange(**counted, unknown=found.unknown)


def _staged_and_written(cluster: Cluster, change: _Change, model: type[Record], *, by: Actor, dry_run: bool) -> int | None:
    """The change-set; None of a rehearsal, which is refused for the same reasons."""
    merge = bulk.Merge(
        model, f"members_{uuid4().hex[:16]}", keys=("id",), columns=("id", cluster.field), mode="update", empty="clear"
    )
    bulk.create_staging(merge)
    bulk.stage_selected(merge, _groups(cluster, change, model))
    _refuse_any(cluster, bulk.difference(merge).refusals)
    change_set = None if dry_run else _write(cluster, merge, by=by)
    bulk.drop_staging(merge)
    return change_set.pk if change_set else None


def _write(cluster: Cluster, merge: bulk.Merge, *, by: Actor) -> ChangeSet:
    change_set = open_change_set(cluster.entity, by=by, at=timezone.now(), summary=cluster.name)
    applied = bulk.apply_chunk(merge, change_set, after_row=0)
    while applied.last_row is not None:
        _refuse_any(cluster, applied.refusals)
        applied = bulk.apply_chunk(merge, change_set, after_row=applied.last_row)
    return change_set


def _refuse_any(cluster: Cluster, refusals: Sequence[bulk.RowRefusal]) -> None:
    """A refusal of one record refuses the whole change, whose transaction ends with nothing written."""
    if refusals:
        words = {"field": cluster.field, "reason": refusals[0].reason}
        raise InvalidCluster(_("Nothing was changed, for the field “%(field)s” would be refused: %(reason)s") % words)


def _groups(cluster: Cluster, change: _Change, model: type[Record]) -> Iterator[tuple[QuerySet[Record], Any]]:
    """Who joins and who leaves, each with what their field is to hold."""
    inside, outside = _values(cluster)
    for condition, value in ((change.joining, inside), (change.leaving, outside)):
        if condition is not None:
            yield model.objects.filter(condition), value


def _values(cluster: Cluster) -> tuple[Any, Any]:  # Any: typed values
    """What the field of a member holds, and what that of who has left."""
    if membership.kind_of(cluster) == "hand":
        return True, False
    return membership.value_of(cluster), None


def _check_people_decide(cluster: Cluster) -> None:
    if membership.field_of(cluster) is None:
        raise InvalidCluster(_("The field “%s” was removed; restore it in the schema first.") % cluster.field)
    if membership.has_rule(cluster):
        raise InvalidCluster(_("A rule says who is in “%s”; nobody is added or removed by hand.") % cluster.label)
