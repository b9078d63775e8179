"""Changes of many members as a job: one change-set, all of it or nothing, and repeated without harm if the worker dies."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.catalogue import lookup
from clusters.members.changing import MembersChange, Verb, change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.jobs import control, registry
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.people.actors import Actor

KIND = "change-members"
MOST_AT_ONCE = 5_000  # who join or leave while the page waits
LISTED = 1_000  # unknown keys in the result


def start(cluster: Cluster, verb: Verb, selection: Selection, *, max_leave: str, by: Actor) -> Job:
    wanted = {
        "verb": verb,
        "field": selection.field,
        "keys": list(selection.keys),
        "rule": selection.rule,
        "max_leave": max_leave,
    }
    return control.start(KIND, by=by, subject=cluster.name, entity=cluster.entity, checkpoint=wanted)


def is_large(change: MembersChange) -> bool:
    return change.added + change.removed > MOST_AT_ONCE


def run(job: RunningJob) -> dict[str, Any]:  # Any: JSON values
    """A run after one that wrote all and died finds that everybody is in, or out, already."""
    wanted = job.checkpoint
    selection = Selection(wanted["field"], keys=wanted["keys"], rule=wanted["rule"])
    done = change_members(
        lookup.named(job.subject),
        wanted["verb"],
        selection,
        by=job.actor("job"),
        max_leave=wanted["max_leave"],
        waiting=job.beat,
    )
    return {**asdict(done), "unknown": done.unknown[:LISTED]}


registry.register(KIND, run, label=_("Changing the members of a cluster"), verb="write")
