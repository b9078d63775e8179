"""The versions of a cluster's rule."""

from django.utils import timezone

from clusters.models import Cluster, RuleVersion
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.printing import print_rule


def outdated(cluster: Cluster, rule: str) -> RuleVersion | None:
    """The last version, if the rule is another by now: changed in the schema, or by a schema file."""
    last = cluster.rule_versions.first()
    return last if last is not None and canonical(last.after) != canonical(rule) else None


def canonical(rule: str) -> str:
    """One text for what means the same: the schema editor stores a rule as it was typed."""
    try:
        return print_rule(parse(rule))
    except RuleError:
        return rule


def store_version(
    cluster: Cluster, *, before: str, after: str, by: str, joined: int | None = None, left: int | None = None
) -> RuleVersion:
    """`by` is a name. `joined` and `left`: how many did by this change; None of the first version."""
    return RuleVersion.objects.create(
        cluster=cluster, at=timezone.now(), user_name=by, before=before, after=after, joined=joined, left=left
    )
