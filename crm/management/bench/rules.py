"""Counting by a rule beside the same predicate written by hand, and reading a rule's text."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from crm.management.bench import raw
from crm.management.bench.measure import result, seconds
from crm.people.actors import Actor
from crm.records import bulk, querying
from crm.records.dialects import dialect
from crm.rules.compiling import compile_rule
from crm.rules.parsing import parse
from crm.schema.record import Record

NAMES = ("rule-count", "rule-count-exact", "rule-parse")
RULE = "customerClass=class3 AND rclastcartvalue>500 AND rclastsessiondate>2026-03-01T00:00Z"
TIMES = 5  # the quickest of so many, each beside its limit
PARSED = 1_000
ALLOWED = 0.001  # seconds to read a rule


def measured(model: type[Record], folder: Path, rows: int, _actor: Actor) -> Iterator[dict[str, Any]]:
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    bulk.tidy(model, rows=rows)
    moment = dialect().literal(datetime(2026, 3, 1, tzinfo=UTC))
    rest = f'"rclastcartvalue" > 500 AND "rclastsessiondate" > {moment}'
    yield _beside("rule-count", model, RULE, f"crm_fold(\"customerClass\") = 'class3' AND {rest}", rows, exact=False)
    yield _beside("rule-count-exact", model, RULE, f"\"customerClass\" = 'class3' AND {rest}", rows, exact=True)
    yield result("rule-parse", PARSED, seconds(_parse_many), PARSED * ALLOWED)


def _beside(name: str, model: type[Record], rule: str, predicate: str, rows: int, *, exact: bool) -> dict[str, Any]:
    spent, limit = [], []
    for _time in range(TIMES):
        limit.append(seconds(_by_hand(model, predicate)))
        spent.append(seconds(lambda: _count(model, rule, exact=exact)))
    return result(name, rows, min(spent), min(limit))


def _count(model: type[Record], rule: str, *, exact: bool) -> int:
    """From the text to the number, as a page does it."""
    condition = compile_rule(parse(rule), querying.fields_of(model), querying.rule_context(exact=exact))
    return model.objects.filter(condition).count()


def _by_hand(model: type[Record], predicate: str) -> Callable[[], object]:
    table = connection.ops.quote_name(model._meta.db_table)

    def count() -> object:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {predicate}", ())
            return cursor.fetchone()

    return count


def _parse_many() -> None:
    year = timezone.now().year
    for number in range(PARSED):
        parse(
            f'state=SP AND (tier="Gold {number}" OR totalSpent>{number}) AND lastOrderAt>{year}-01-01 AND NOT email contains test'
        )
