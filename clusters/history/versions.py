"""The versions of a cluster's rule."""

from django.utils import timezone

from clusters.models import Cluster, RuleVersion


def outdated(cluster: Cluster, rule: str) -> RuleVersion | None:
    """The last version, if the rule is another by now: changed in the schema, or by a schema file."""
    last = cluster.rule_versions.first()
    return last if last is not None and last.after != rule else None


def store_version(
    cluster: Cluster, *, before: str, after: str, by: str, joined: int | None = None, left: int | None = None
) -> RuleVersion:
    """`by` is a name. `joined` and `left`: how many did by this change; None of the first version."""
    return RuleVersion.objects.create(
        cluster=cluster, at=timezone.now(), user_name=by, before=before, after=after, joined=joined, left=left
    )
