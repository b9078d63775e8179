"""Adds members to a cluster, removes some, or makes it exactly a selection: one transaction, one change-set."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import InvalidCluster
from clusters.members.selecting import SelectedRecords, Selection, selected
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import bulk, querying
from crm.records.models import ChangeSet
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current
from crm.schema.record import Record

Verb = Literal["add", "remove", "replace"]


@dataclass(frozen=True)
class MembersChange:
    """How many join and leave, and how many of those meant are (or are not) members already; keys that nobody has."""

    added: int = 0
    removed: int = 0
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    change_set: int | None = None


def change_members(cluster: Cluster, verb: Verb, selection: Selection, *, by: Actor, dry_run: bool = False) -> MembersChange:
    """With `dry_run` it is counted, and nothing is written. Of a tier, who joins gets its value and who leaves loses it.

    Raises InvalidCluster where a rule says who is in, InvalidSelection, RuleError, PermissionDenied.
    """
    require(by, "write", cluster.entity, cluster.field)
    _check_people_decide(cluster)
    with current.pinned() as generated, transaction.atomic():
        model = generated[cluster.entity]
        with selected(model, selection, by=by) as found:
            change = _change(cluster, model, verb, found)
            counts = _counts(change, model, verb, found)
            if dry_run or not (counts.added or counts.removed):
                return counts
            change_set = _write(cluster, change, model, by=by)
    bulk.tidy(model, rows=counts.added + counts.removed)
    return MembersChange(counts.added, counts.removed, counts.unchanged, counts.unknown, change_set.pk)


@dataclass(frozen=True)
class _Change:
    """The conditions of who is in now, who joins and who leaves."""

    members: Q
    joining: Q | None
    leaving: Q | None


def _change(cluster: Cluster, model: type[Record], verb: Verb, found: SelectedRecords) -> _Change:
    members = querying.condition(membership.rule_of(cluster), model, exact=True)
    joining = found.condition & ~members if verb != "remove" else None
    leaving = {"add": None, "remove": found.condition & members, "replace": ~found.condition & members}[verb]
    return _Change(members, joining, leaving)


def _counts(change: _Change, model: type[Record], verb: Verb, found: SelectedRecords) -> MembersChange:
    same = ~change.members if verb == "remove" else change.members
    asked = {"added": change.joining, "removed": change.leaving, "unchanged": found.condition & same}
    columns = {name: Count("pk", filter=condition) for name, condition in asked.items() if condition is not None}
    return MembersChange(**model.objects.aggregate(**columns), unknown=found.unknown)


def _write(cluster: Cluster, change: _Change, model: type[Record], *, by: Actor) -> ChangeSet:
    merge = bulk.Merge(
        model, f"members_{uuid4().hex[:16]}", keys=("id",), columns=("id", cluster.field), mode="update", empty="clear"
    )
    bulk.create_staging(merge)
    bulk.stage_selected(merge, _groups(cluster, change, model))
    bulk.difference(merge)
    change_set = open_change_set(cluster.entity, by=by, at=timezone.now(), summary=cluster.name)
    last: int | None = 0
    while last is not None:
        last = bulk.apply_chunk(merge, change_set, after_row=last).last_row
    bulk.drop_staging(merge)
    return change_set


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
