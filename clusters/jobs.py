"""The job that brings the history of all clusters up to date: daily, and soon after an import or an undo."""

from django.utils.translation import gettext_lazy as _

from clusters import membership
from clusters.history.comparing_soon import KIND
from clusters.history.refreshing import Refreshed, forget_before_retention, refresh
from clusters.members import background  # noqa: F401  # registers its job
from clusters.models import Cluster
from crm.jobs import registry
from crm.jobs.lease import RunningJob

DAILY = 24 * 60 * 60


def refresh_clusters(running: RunningJob) -> dict[str, int]:
    """A cluster a transaction: a job that is run again has lost one comparison at most."""
    clusters = [cluster for cluster in Cluster.objects.all() if not membership.is_archived(cluster)]
    total = Refreshed()
    for done, cluster in enumerate(clusters):
        running.beat(done=done, total=len(clusters))
        total += refresh(cluster)
    forget_before_retention()
    return {"clusters": total.clusters, "joined": total.joined, "left": total.left}


registry.register(KIND, refresh_clusters, label=_("Counting clusters"), every=DAILY)
