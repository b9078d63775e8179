"""Overview of all entities: the numbers of records, fields and unpublished changes of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from crm.schema.definitions import EntityDefinition, Snapshot
from crm.schema.generated.storage import quoted
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing

COUNTED_TO = 100_000  # beyond, a count costs more than a number at a glance is worth
LOOKED_THROUGH = 200  # publications, for the last one that changed an entity


@dataclass(frozen=True)
class EntityRow:
    """`publication` is the last one that changed it, `waiting` how many changes of its draft are not published."""

    entity: DataEntity
    fields: int
    records: int | None  # no more than COUNTED_TO; None where it is not published
    publication: int | None
    waiting: int

    @property
    def has_more(self) -> bool:
        return self.records == COUNTED_TO


@dataclass(frozen=True)
class RemovedRow:
    entity: EntityDefinition
    records: int

    @property
    def has_more(self) -> bool:
        return self.records == COUNTED_TO


def entity_rows() -> list[EntityRow]:
    """A constant number of queries, whatever the number of entities."""
    snapshot = publishing.published_snapshot()
    counts, changed, waiting = _counts(snapshot), _last_changes(), _waiting()
    shown = DataEntity.objects.annotate(shown=Count("fields", filter=Q(fields__hidden=False)))
    return [
        EntityRow(entity, entity.shown, counts.get(entity.acronym), changed.get(entity.acronym), waiting[entity.acronym])
        for entity in shown
    ]


def removed_rows() -> list[RemovedRow]:
    entities = list(publishing.published_snapshot().removed.values())
    counts = _counts(entities)
    return [RemovedRow(entity, counts[entity.acronym]) for entity in entities]


def _counts(entities: Snapshot | Iterable[EntityDefinition]) -> dict[str, int]:
    """One statement for all tables."""
    tables = {entity.acronym: quoted(entity.table) for entity in entities}
    if not tables:
        return {}
    counted = "SELECT %s, count(*) FROM (SELECT 1 FROM {table} LIMIT {most}) AS t"
    statement = " UNION ALL ".join(counted.format(table=table, most=COUNTED_TO) for table in tables.values())
    with connection.cursor() as cursor:
        cursor.execute(statement, list(tables))
        return dict(cursor.fetchall())


def _last_changes() -> dict[str, int]:
    changed: dict[str, int] = {}
    for number, operations in Publication.objects.values_list("number", "operations")[:LOOKED_THROUGH]:
        for operation in operations:
            changed.setdefault(operation.get("entity", ""), number)
    return changed


def _waiting() -> Counter[str]:
    return Counter(step.entity.acronym for step in publishing.make_plan().steps)
