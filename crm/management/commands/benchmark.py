"""Measures the product beside raw statements and libraries, in tables of its own (see `crm.management.bench`)."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.management import call_command

from crm.extensions import extensions
from crm.management.bench import exports, imports, related_rules, reviews, rules, schemas, undos, workbooks
from crm.management.bench.scratch import WIDTH, scratch_model
from crm.management.command import SiteCommand
from crm.people.actors import Actor

OWN_MEASURES = (
    imports,
    reviews,
    undos,
    workbooks,
    exports,
    rules,
    related_rules,
    schemas,
)  # each says what it measures, and does so in an empty table
MEASURES = (*OWN_MEASURES, *extensions.measures.values())
NAMES = tuple(name for module in MEASURES for name in module.NAMES)
COLUMNS = ("rows", "seconds", "rows_per_second", "peak_mb", "limit_seconds", "ratio", "times_faster")
HEADS = ("rows", "seconds", "rows/s", "peak MB", "limit s", "ratio", "x peer")
WIDE = 200  # fields


class Command(SiteCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=20_000)
        parser.add_argument("--database", metavar="URL")
        parser.add_argument("--wide", action="store_true", help=f"records of {WIDE} fields")
        parser.add_argument("--only", action="extend", nargs="+", choices=NAMES, default=[], metavar="NAME")

    def run(
        self, actor: Actor, *, rows: int, database: str | None, wide: bool, only: list[str], **_options: Any
    ) -> dict[str, Any]:
        wanted = ({"DATABASE_URL": database} if database else {}) | ({WIDTH: str(WIDE)} if wide else {})
        if any(os.environ.get(name) != value for name, value in wanted.items()):
            # Settings and the records' shape are read once, at the start.
            os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | wanted)  # noqa: S606
        call_command("migrate", verbosity=0)
        only = only or [*NAMES]
        modules = [module for module in MEASURES if {*module.NAMES} & {*only}]
        found = (result for module in modules for result in _measured(module, rows, actor))
        return {"results": [result for result in found if result["name"] in only]}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        self.stdout.write(_line("name", HEADS))
        for result in facts["results"]:
            figures = _line(result["name"], [result[column] or "" for column in COLUMNS])
            self.stdout.write(f"{figures}  {result['peer'] or ''}".rstrip())


def _measured(module: ModuleType, rows: int, actor: Actor) -> Iterator[dict[str, Any]]:
    with scratch_model() as model, tempfile.TemporaryDirectory() as folder:
        yield from module.measured(model, Path(folder), rows, actor)


def _line(name: str, figures: Any) -> str:
    return f"{name:18}" + "".join(f"{figure:>10}" for figure in figures)
