"""Changes of many members as a job: one change-set, all of it or nothing, once, however often a worker dies."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.catalogue import lookup
from clusters.errors import InvalidSelection
from clusters.members.changing import MembersChange, Verb, change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.jobs import control, registry
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job
from crm.people.actors import Actor

KIND = "change-members"
MOST_AT_ONCE = 5_000  # who join or leave while the page waits
LISTED = 1_000  # unknown keys in the result, beside their number
DONE = "done"
LISTED_BY = {"keys", "rule", "listed"}  # of a checkpoint: who is meant, which is deleted some days after the job ended
SHOWN_FOR = timedelta(days=1)


def start(cluster: Cluster, verb: Verb, selection: Selection, *, max_leave: str, by: Actor) -> Job:
    wanted = {
        "verb": verb,
        "field": selection.field,
        "keys": list(selection.keys),
        "rule": selection.rule,
        "listed": selection.listed,
        "max_leave": max_leave,
    }
    return control.start(KIND, by=by, subject=cluster.name, entity=cluster.entity, checkpoint=wanted)


def is_large(change: MembersChange) -> bool:
    return change.added + change.removed > MOST_AT_ONCE


def run(job: RunningJob) -> dict[str, Any]:  # Any: JSON values
    """What was done is stored by the transaction that did it, in the place of the list: a second run has nothing to do."""
    wanted = job.checkpoint
    if DONE in wanted:
        return dict(wanted[DONE])
    if "keys" not in wanted:
        raise InvalidSelection(_("The list of this change was deleted meanwhile, and nothing was changed: give the list again."))
    selection = Selection(wanted["field"], wanted["keys"], wanted["rule"], wanted.get("listed", ""))  # older jobs have no list
    done = change_members(
        lookup.named(job.subject),
        wanted["verb"],
        selection,
        by=job.actor("job"),
        max_leave=wanted["max_leave"],
        waiting=job.beat,
        before_commit=lambda change: job.save_checkpoint({DONE: _result(change)}),
    )
    return _result(done)


def latest(cluster: Cluster, *, by: Actor) -> Job | None:
    """The person's last job of this cluster's members, unless it ended long ago."""
    theirs = Job.objects.filter(kind=KIND, subject=cluster.name, created_by=by.user_id)
    return theirs.filter(Q(state__in=ACTIVE) | Q(finished_at__gt=timezone.now() - SHOWN_FOR)).first()


def _result(change: MembersChange) -> dict[str, Any]:  # Any: JSON values
    return {**asdict(change), "unknown": change.unknown[:LISTED], "unknown_count": len(change.unknown)}


registry.register(KIND, run, label=gettext_lazy("Changing the members of a cluster"), verb="write")
