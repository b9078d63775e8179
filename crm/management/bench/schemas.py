"""A field added to a full table beside a long reader: how long anybody waits. And making the classes of many entities."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg

from crm.management.bench.measure import Seconds, result, seconds
from crm.management.bench.site import BenchmarkSite, site_of_its_own
from crm.people.actors import Actor
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.drafting import with_columns
from crm.schema.generated.classes import GeneratedModels
from crm.schema.record import Record

NAMES = ("add-field", "classes")
READER_SECONDS = float(os.environ.get("BENCHMARK_READER_SECONDS", "60"))
LONGEST_WAIT = 0.3  # seconds that anybody may wait at a time
ENTITIES, FIELDS, CLASSES_LIMIT = 50, 30, 0.1
TYPES = ("Varchar 50", "Boolean", "Decimal", "Integer", "Date", "Text", "Date and Time", "Choice")
PAUSE = 0.02  # between two looks at the table
FILL = {
    "postgresql": 'INSERT INTO record_cl (id, email, "firstName", crm_version)'
    " SELECT 'b' || n, 'b' || n || '@example.com', 'Ana', 1 FROM generate_series(1, %(rows)s) n; ANALYZE record_cl",
    "sqlite": "INSERT INTO record_cl (id, email, firstName, crm_version) WITH RECURSIVE c(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %(rows)s) SELECT 'b' || n, 'b' || n || '@example.com', 'Ana', 1 FROM c",
}
LOOK = "SELECT \"firstName\" FROM record_cl WHERE id = 'b1'"
WRITE = "UPDATE record_cl SET \"firstName\" = 'Ana' WHERE id = 'b2'"


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:  # noqa: ARG001  # as all measures
    """`add-field` in a site of its own: its seconds are the longest wait of concurrent readers and writers."""
    yield _classes()
    try:
        with site_of_its_own(folder) as site:
            yield _add_field(site, rows)
    except psycopg.errors.InsufficientPrivilege as refusal:
        print(f"add-field is left out: {refusal}", file=sys.stderr)  # noqa: T201  # the benchmark is a command


def _classes() -> dict[str, Any]:
    entities = (_entity(place) for place in range(ENTITIES))
    snapshot = Snapshot({entity.acronym: entity for entity in entities})
    GeneratedModels(0, snapshot)  # what is imported once is not measured
    spent = min(seconds(lambda: GeneratedModels(0, snapshot)) for _again in range(10))
    return result("classes", ENTITIES * FIELDS, spent, CLASSES_LIMIT)


def _entity(place: int) -> EntityDefinition:
    fields = [FieldDefinition(f"field{n}", TYPES[n % len(TYPES)], unique=n == 0) for n in range(FIELDS)]
    acronym = f"{chr(65 + place // 26)}{chr(65 + place % 26)}"
    return with_columns(replace(EntityDefinition(acronym), fields=tuple(fields)))


def _add_field(site: BenchmarkSite, rows: int) -> dict[str, Any]:
    with site.connected() as database:
        for statement in (FILL[site.vendor] % {"rows": rows}).split("; "):
            database.execute(statement)
    with _reading_long(site), _waits(site, LOOK) as reading, _waits(site, WRITE) as writing:
        started = time.perf_counter()
        waited = _create_cluster(site)
        spent = time.perf_counter() - started
    longest = max(*reading, *writing)
    summary = (
        f"add-field: {waited} It took {spent:.1f} s; of {len(reading) + len(writing):,} "
        f"looks and writes the slowest took {longest * 1000:.0f} ms."
    )
    print(summary, file=sys.stderr)  # noqa: T201  # the benchmark is a command
    return result("add-field", rows, longest, LONGEST_WAIT)


def _create_cluster(site: BenchmarkSite) -> str:
    """The messages about what it waited for."""
    process = site.start("create_cluster", "Dealers")
    _output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(errors)
    return errors.splitlines()[0] if errors else "It waited for nobody."


@contextmanager
def _reading_long(site: BenchmarkSite) -> Iterator[None]:
    with _working(lambda ready, _over: _read_long(site, ready)):
        yield


def _read_long(site: BenchmarkSite, ready: Event) -> None:
    with site.connected() as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM record_cl").fetchone()
        ready.set()
        time.sleep(READER_SECONDS)
        database.execute("ROLLBACK")


@contextmanager
def _waits(site: BenchmarkSite, statement: str) -> Iterator[list[Seconds]]:
    """Executes a statement again and again, and gives how long each time took."""
    found: list[Seconds] = []

    def look(ready: Event, over: Event) -> None:
        with site.connected() as database:
            while not over.wait(PAUSE):
                found.append(seconds(lambda: database.execute(statement)))
                ready.set()

    with _working(look):
        yield found


@contextmanager
def _working(work: Callable[[Event, Event], None]) -> Iterator[None]:
    ready, over = Event(), Event()
    thread = Thread(target=work, args=(ready, over), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()
