"""One *why*: the rule of each of twenty clusters explained of several records, each with since when and by whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any

from django.db import transaction
from django.utils import timezone

from clusters.measures.counting import FLAGS, RULES
from clusters.models import Cluster, MembershipEvent
from clusters.why.explaining import explain_membership
from crm.management.bench import imports, raw
from crm.management.bench.measure import Seconds, result, seconds
from crm.management.bench.scratch import ACRONYM
from crm.people.actors import Actor
from crm.records import bulk
from crm.schema.definitions import FieldDefinition, Snapshot
from crm.schema.generated import current
from crm.schema.generated.classes import GeneratedModels
from crm.schema.record import Record

NAMES = ("why",)
EACH = 20  # records explained of each cluster: 400 explanations
EVENTS = 1_000  # of each cluster by rule


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    """`seconds` is the 95th percentile."""
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    imports.import_file(model, raw.written_changes(folder / "changed.csv", rows), actor)
    bulk.tidy(model, rows=rows)
    with _clusters(model) as (clusters, explained):
        records = list(explained.objects.order_by("pk")[:EACH])
        pairs = list(product(clusters, records))
        explain_membership(*pairs[0], reader=actor)  # what is imported once is not measured
        spent = [seconds(lambda: explain_membership(cluster, record, reader=actor)) for cluster, record in pairs]  # noqa: B023  # called at once
    yield result("why", rows, _percentile(spent), None)


@contextmanager
def _clusters(model: type[Record]) -> Iterator[tuple[list[Cluster], type[Record]]]:
    """Twenty, ten of them by rule with events, and the class that has their fields; all of it is taken back."""
    rules = tuple(FieldDefinition(f"rule{number}", "Rule", options={"expression": rule}) for number, rule in enumerate(RULES))
    entity = replace(model.entity, fields=(*model.entity.fields, *rules))
    with current.pinned(GeneratedModels(0, Snapshot({ACRONYM: entity}))) as generated, transaction.atomic():
        texts = [*FLAGS, *(f"{field.name}=true" for field in rules)]
        clusters = [_cluster(place, text) for place, text in enumerate(texts)]
        for cluster in clusters[len(FLAGS) :]:
            _add_events(cluster, generated[ACRONYM])
        yield clusters, generated[ACRONYM]
        transaction.set_rollback(True)


def _cluster(place: int, text: str) -> Cluster:
    return Cluster.objects.create(name=f"Benchmark{place}", entity=ACRONYM, field=text.partition("=")[0], rule=text)


def _add_events(cluster: Cluster, model: type[Record]) -> None:
    ids = model.objects.order_by("pk").values_list("pk", flat=True)[:EVENTS]
    cause = MembershipEvent.Cause.TIME
    MembershipEvent.objects.bulk_create(
        MembershipEvent(cluster=cluster, record=pk, at=timezone.now(), joined=True, cause=cause) for pk in ids
    )


def _percentile(spent: list[Seconds]) -> Seconds:
    found = Seconds(quantiles(spent, n=20)[-1])
    found.peak_mb = max(one.peak_mb for one in spent)
    return found
