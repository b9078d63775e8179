"""How indexes, tables and the jobs of the schema stand (R-36). Search
reads the records themselves, so that nothing can lag behind them."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from crm.jobs.models import ACTIVE, Job, JobState
from crm.schema import jobs
from crm.schema.definitions import EntityDefinition, IndexDefinition
from crm.schema.generated import constraints
from crm.schema.models import Index
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift

SHOWN = 20  # jobs
FAILURES_SHOWN_FOR = timedelta(days=7)
IN_USE, BUILDING, DRAFTED, MISSING, FAILED = "in use", "being built", "drafted", "missing", "failed"


@dataclass(frozen=True)
class IndexHealth:
    """`job` is the one that builds it."""

    entity: EntityDefinition
    index: IndexDefinition
    state: str
    job: Job | None = None


@dataclass(frozen=True)
class SchemaHealth:
    """`differences` are what `check_schema` and `/readyz` would report."""

    indexes: list[IndexHealth]
    differences: list[str]
    jobs: list[Job]

    @property
    def problems(self) -> int:
        return len(self.differences) + sum(job.state == JobState.FAILED for job in self.jobs)


def schema_health() -> SchemaHealth:
    building = {job.entity: job for job in Job.objects.filter(kind=jobs.PUBLISH, state__in=ACTIVE)}
    return SchemaHealth([*_published_indexes(), *_drafted_indexes(building)], drift.drift(), _jobs())


def _published_indexes() -> list[IndexHealth]:
    with connection.cursor() as cursor:
        found = drift.found_indexes(cursor)
    return [
        IndexHealth(entity, index, _state(found.get(entity.table, {}).get(name)))
        for entity in publishing.published_snapshot()
        for name, index in constraints.named_indexes(entity).items()
    ]


def _state(found: drift.FoundIndex | None) -> str:
    if found is None:
        return MISSING
    return IN_USE if found.is_valid else FAILED


def _drafted_indexes(building: dict[str, Job]) -> list[IndexHealth]:
    """Those that no publication has yet."""
    snapshot = publishing.published_snapshot()
    return [
        IndexHealth(
            entity, drafted.definition(), BUILDING if entity.acronym in building else DRAFTED, building.get(entity.acronym)
        )
        for drafted in Index.objects.select_related("entity")
        if (entity := snapshot.entities.get(drafted.entity.acronym))
        and drafted.name not in {index.name for index in entity.indexes}
    ]


def _jobs() -> list[Job]:
    """What runs or waits, and what failed lately, the newest first."""
    lately = Q(state=JobState.FAILED, created_at__gt=timezone.now() - FAILURES_SHOWN_FOR)
    return list(Job.objects.filter(Q(state__in=ACTIVE) | lately)[:SHOWN])
