"""The history of clusters is brought up to date soon after records were written: once for all that is written meanwhile."""

from django.db import transaction

from clusters.models import Cluster
from crm.jobs import control
from crm.jobs.models import WAITING, Job
from crm.schema.generated import current
from crm.schema.generated.rule_fields import rules_reading

KIND = "refresh-clusters"
KIND_OF_SOME = "refresh-clusters-of-field"  # apart, for while one of KIND waits or runs the daily one is not started


def compare_soon(entity: str, field: str = "") -> None:
    """After the transaction. With a field, whose values alone were written, those clusters that it decides about; else all:
    clusters of other entities may look at these records too."""
    transaction.on_commit(lambda: _start(entity, field))


def _start(entity: str, field: str) -> None:
    waiting = Job.objects.filter(state__in=WAITING)
    if waiting.filter(kind=KIND).exists():
        return
    if not field:
        control.start(KIND, by=None)
    elif not waiting.filter(kind=KIND_OF_SOME, entity=entity, subject=field).exists():
        control.start(KIND_OF_SOME, by=None, entity=entity, subject=field)


def clusters_of_field(entity: str, field: str) -> list[Cluster]:
    """Those over the field, and over every Rule that reads it, of whichever entity."""
    generated = current.models()
    if entity not in generated:
        return []
    rules = rules_reading(generated.entity(entity), generated.snapshot, field)
    decided = {(entity, field), *((owner.acronym, rule.name) for owner, rule in rules)}
    return [cluster for cluster in Cluster.objects.all() if (cluster.entity, cluster.field) in decided]
