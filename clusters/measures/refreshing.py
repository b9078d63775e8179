"""The daily job over twenty clusters, ten of them by rule, after an import; on a site of its own, whose schema is published."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from clusters.measures.counting import RULES
from crm.management.bench import raw
from crm.management.bench.measure import result, seconds
from crm.management.bench.site import BenchmarkSite, site_of_its_own
from crm.people.actors import Actor
from crm.schema.record import Record

NAMES = ("refresh-clusters",)
LIMIT = 60.0  # seconds that are asked at a million customers
CHANGED = 'firstName contains "changed"'  # whom the import lets in: a tenth
VALUES = {"tradePolicy": 5, "customerClass": 5}  # five clusters of each


def measured(model: type[Record], folder: Path, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:  # noqa: ARG001  # as all measures
    """`seconds` are those of the command, its start among them."""
    try:
        with site_of_its_own(folder) as site:
            yield _refreshed(site, folder, rows)
    except psycopg.errors.InsufficientPrivilege as refusal:
        print(f"refresh-clusters is left out: {refusal}", file=sys.stderr)  # noqa: T201  # the benchmark is a command


def _refreshed(site: BenchmarkSite, folder: Path, rows: int) -> dict[str, Any]:
    _import(site, raw.written_worksheet(folder / "customers.csv", rows))
    _make_clusters(site)
    site.manage("refresh_clusters")
    _import(site, raw.written_changes(folder / "changed.csv", rows))
    told: list[str] = []
    spent = seconds(lambda: told.append(site.manage("refresh_clusters", "--json")))
    done = json.loads(told[0])
    if done["clusters"] != len(RULES) + sum(VALUES.values()) or not done["joined"]:
        raise RuntimeError(f"refresh-clusters found nothing to do: {done}")
    return result("refresh-clusters", rows, spent, LIMIT)


def _import(site: BenchmarkSite, file: Path) -> None:
    site.manage("import_worksheet", str(file), "--key", "email", "--allow-consent")


def _make_clusters(site: BenchmarkSite) -> None:
    for field, values in VALUES.items():
        prefix = "class" if field == "customerClass" else ""
        site.manage("create_tiers", field, "--values", *(f"{prefix}{number}" for number in range(values)))
    for place, rule in enumerate([*RULES[1:], CHANGED]):
        site.manage("create_cluster", f"ByRule{place}", "--rule", rule)
