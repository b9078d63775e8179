"""The versions of a cluster's rule."""

from django.utils import timezone

from clusters.models import Cluster, RuleVersion
from crm.people.actors import Actor


def store_version(
    cluster: Cluster, *, before: str, after: str, by: Actor, joined: int | None = None, left: int | None = None
) -> RuleVersion:
    """`joined` and `left`: how many did by this change; None of the first version."""
    return RuleVersion.objects.create(
        cluster=cluster, at=timezone.now(), user_name=by.name, before=before, after=after, joined=joined, left=left
    )
