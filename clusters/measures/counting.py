"""What `make bench` measures of clusters: twenty of them counted, compared and profiled, each beside one scan by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from clusters.comparing.grouping import value_counts
from clusters.comparing.overlaps import groups
from crm.management.bench import raw
from crm.management.bench.measure import result, seconds
from crm.people.actors import Actor
from crm.records import bulk, querying
from crm.rules.parsing import parse
from crm.schema.record import Record

NAMES = ("cluster-count", "overlaps", "profile")
TIMES = 5  # the quickest of so many, each beside its limit
SCAN = "crm_fold(\"customerClass\") = 'class3'"  # the predicate of one scan (contract §7)
FLAGS = ["approved=true", "isNewsletterOptIn=true", *(f"tradePolicy={number}" for number in range(5)),
         "isCorporate=true", "gender=female", "localeDefault=pt-BR"]  # fmt: skip
RULES = [f"customerClass=class{number} AND rclastcartvalue>{number * 100}" for number in range(7)] + [
    "birthDate<1980-01-01", "rclastsessiondate>2026-03-01T00:00Z", "isNewsletterOptIn=true AND approved=true",
]  # fmt: skip
PROFILED = ("customerClass", "tradePolicy", "gender", "approved", "isNewsletterOptIn")


def measured(model: type[Record], folder: Path, rows: int, _actor: Actor) -> Iterator[dict[str, Any]]:
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    bulk.tidy(model, rows=rows)
    conditions = {text: querying.condition(parse(text), model) for text in (*FLAGS, *RULES)}
    yield _beside("cluster-count", rows, lambda: querying.counts_where(model.objects.all(), conditions), model)
    yield _beside("overlaps", rows, lambda: list(groups(model, list(conditions.values()))), model)
    members = conditions[RULES[-1]]
    yield _beside("profile", rows, lambda: list(value_counts(model.objects.all(), members, PROFILED)), model)


def _beside(name: str, rows: int, act: Callable[[], object], model: type[Record]) -> dict[str, Any]:
    spent, limit = [], []
    for _time in range(TIMES):
        limit.append(seconds(_scan(model)))
        spent.append(seconds(act))
    return result(name, rows, min(spent), min(limit))


def _scan(model: type[Record]) -> Callable[[], object]:
    table = connection.ops.quote_name(model._meta.db_table)

    def count() -> object:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {SCAN}", ())
            return cursor.fetchone()

    return count
