"""Counting by rules over related records beside the same predicates written by hand: two addresses to a customer."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.db import connection

from crm.management.bench import raw
from crm.management.bench.measure import Seconds, result, seconds
from crm.management.bench.scratch import ACRONYM
from crm.people.actors import Actor
from crm.records import bulk, querying
from crm.rules.compiling import compile_rule
from crm.rules.parsing import parse
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.drafting import with_columns
from crm.schema.generated.classes import GeneratedModels
from crm.schema.publishing.tables import altering
from crm.schema.record import Record

NAMES = ("related-rule",)
ADDRESSES = "BENCHMARK2"
EACH = 2  # addresses to a customer, on average
STATES = ("SP", "RJ", "MG", "RS")
TIMES = 3  # the quickest of so many, each beside its limit
FIELDS = (
    FieldDefinition("userId", "Relationship", options={"entity": ACRONYM}),
    FieldDefinition("state", "Varchar 50"),
    FieldDefinition("street", "Varchar 100"),
    FieldDefinition("total", "Decimal"),
)
COLUMNS = ("id", "userId", "state", "street", "total", "crm_version")


@dataclass(frozen=True)
class Question:
    """A rule, and queries of ids that mean the same, of which the quickest is its limit."""

    rule: str
    by_hand: tuple[str, ...]


def grouped(having: str) -> tuple[str, ...]:
    groups = f'SELECT "userId" FROM {{ad}} WHERE crm_fold(state) = \'sp\' GROUP BY "userId" HAVING {having}'  # our own
    return (f"c.id IN ({groups})", f'EXISTS(SELECT 1 FROM ({groups}) g WHERE g."userId" = c.id)')


QUESTIONS = (
    Question(
        f"has({ADDRESSES} where state=SP)",
        (
            "EXISTS(SELECT 1 FROM {ad} a WHERE a.\"userId\" = c.id AND crm_fold(a.state) = 'sp')",
            "c.id IN (SELECT \"userId\" FROM {ad} WHERE crm_fold(state) = 'sp')",
        ),
    ),
    Question(f"count({ADDRESSES} where state=SP)>=2", grouped("count(*) >= 2")),
    Question(f"sum({ADDRESSES}.total where state=SP)>500", grouped("sum(total) > 500")),
)


def measured(model: type[Record], folder: Path, rows: int, _actor: Actor) -> Iterator[dict[str, Any]]:
    numbers = range(rows)
    raw.load(model, raw.written_table(folder / "table.csv", numbers), numbers)
    bulk.tidy(model, rows=rows)
    with with_addresses(model, rows) as (customers, addresses):
        pairs = [_beside(question, customers, addresses) for question in QUESTIONS]
    spent = Seconds(sum(ours for ours, _limit in pairs))
    spent.peak_mb = max(ours.peak_mb for ours, _limit in pairs)
    yield result("related-rule", rows * EACH, spent, sum(limit for _ours, limit in pairs))


@contextmanager
def with_addresses(model: type[Record], rows: int) -> Iterator[tuple[type[Record], type[Record]]]:
    """The customers as a class that knows of their addresses, and these, in a table that is removed at the end."""
    entity = with_columns(EntityDefinition(ADDRESSES, {"en": "Addresses"}, FIELDS))
    generated = GeneratedModels(0, Snapshot({ACRONYM: model.entity, ADDRESSES: entity}))
    addresses = generated[ADDRESSES]
    _remove(addresses)
    with altering.table_editor() as editor:
        altering.create_table(editor, addresses)
    try:
        _load(addresses, rows)
        bulk.tidy(addresses, rows=rows * EACH)
        yield generated[ACRONYM], addresses
    finally:
        _remove(addresses)


def _remove(model: type[Record]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(model._meta.db_table)}")


def _load(addresses: type[Record], rows: int) -> None:
    names = ", ".join(map(connection.ops.quote_name, COLUMNS))
    places, table = ", ".join(["%s"] * len(COLUMNS)), connection.ops.quote_name(addresses._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in _rows(rows):
                    copy.write_row(row)
        else:
            waiting = _rows(rows)
            while block := list(islice(waiting, 10_000)):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", block)  # names of our own


def _rows(rows: int) -> Iterator[tuple[str | float, ...]]:
    dice = random.Random(1)  # noqa: S311  # the same addresses at every run
    for number in range(rows * EACH):
        owner, cents = dice.randrange(rows), dice.randrange(100_000)
        yield (f"a{number:035d}", f"{owner:036d}", dice.choice(STATES), f"Street {number % 5_000}, {number}", cents / 100, 1)


def _beside(question: Question, customers: type[Record], addresses: type[Record]) -> tuple[Seconds, float]:
    statements = [by_hand(predicate, customers, addresses) for predicate in question.by_hand]
    spent = [(seconds(lambda: count_by_rule(question.rule, customers)), *map(seconds, statements)) for _time in range(TIMES)]
    return min(ours for ours, *_limits in spent), min(chain.from_iterable(limits for _ours, *limits in spent))


def count_by_rule(rule: str, customers: type[Record]) -> int:
    """From the text to the number, as a page does it."""
    condition = compile_rule(parse(rule), querying.fields_of(customers), querying.rule_context())
    return customers.objects.filter(condition).count()


def by_hand(predicate: str, customers: type[Record], addresses: type[Record]) -> Callable[[], int]:
    names = [connection.ops.quote_name(model._meta.db_table) for model in (customers, addresses)]

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {names[0]} c WHERE {predicate.format(ad=names[1])}", ())  # our own
            return cursor.fetchone()[0]

    return count
