"""The jobs that bring the history of clusters up to date: of all daily, and soon after an import or an undo; of those that a
field decides about soon after it was written. And those of exports on a schedule.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from clusters import membership
from clusters.exports import due
from clusters.exports import purging as purging_exports
from clusters.exports import running as running_exports
from clusters.history.comparing_soon import KIND, KIND_OF_SOME, clusters_of_field
from clusters.history.refreshing import Refreshed, forget_before_retention, refresh
from clusters.members import purging  # and the job whose lists it deletes
from clusters.models import Cluster
from crm.jobs import registry
from crm.jobs.lease import RunningJob

DAILY = 24 * 60 * 60


def refresh_clusters(running: RunningJob) -> dict[str, int]:
    done = _refreshed(running, Cluster.objects.all())
    forget_before_retention()
    return done


def refresh_clusters_of_field(running: RunningJob) -> dict[str, int]:
    return _refreshed(running, clusters_of_field(running.entity, running.subject))


def _refreshed(running: RunningJob, found: Iterable[Cluster]) -> dict[str, int]:
    """A cluster a transaction: a job that is run again has lost one comparison at most."""
    clusters = [cluster for cluster in found if not membership.is_archived(cluster)]
    total = Refreshed()
    for done, cluster in enumerate(clusters):
        running.beat(done=done, total=len(clusters))
        total += refresh(cluster)
    running.beat(done=len(clusters), total=len(clusters))
    return {"clusters": total.clusters, "joined": total.joined, "left": total.left}


registry.register(KIND, refresh_clusters, label=_("Counting clusters"), every=DAILY)
registry.register(KIND_OF_SOME, refresh_clusters_of_field, label=_("Counting clusters"))
registry.register(purging.PURGE, purging.run_purge, label=_("Deletion of old lists of members"), every=DAILY)
registry.register(
    running_exports.KIND,
    running_exports.run,
    label=_("Export of a cluster"),
    others="oversee",
    verb="export",
    refused=running_exports.store_refusal,
    cancelled=running_exports.store_cancelled,
)
registry.register(due.LOOKING, due.look, label=_("Starting exports that are due"), every=due.EVERY, needed=due.is_any_due)
registry.register(purging_exports.KIND, purging_exports.run_purge, label=_("Deletion of old exports"), every=DAILY)
