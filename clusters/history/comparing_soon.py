"""The history of clusters is brought up to date soon after many records were written."""

from crm.jobs import control
from crm.jobs.models import WAITING, Job

KIND = "refresh-clusters"


def compare_soon(_entity: str) -> None:
    """Once for all that are written until a worker comes: clusters of other entities may look at these records too."""
    if not Job.objects.filter(kind=KIND, state__in=WAITING).exists():
        control.start(KIND, by=None)
