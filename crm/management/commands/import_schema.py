"""Brings a schema file into this site: shows the plan, or publishes it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records.backfilling import numbers
from crm.schema import errors
from crm.schema.transfer import importing


class Command(SiteCommand):
    help = __doc__
    refusals = (errors.SchemaRefusal, OSError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--plan", action="store_true", help="Show the plan and change nothing.")

    def run(self, actor: Actor, *, file: Path, plan: bool, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema")
        document = _read(file)
        outcome = importing.import_document(document, by=actor, plan=plan, patience=self.patience())
        for entity in document["entities"] if outcome.publication else ():
            numbers.finish(entity["acronym"])
        return {"operations": outcome.operations, "publication": outcome.publication}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        for operation in facts["operations"]:
            self.stdout.write(f"{operation['sentence']} ({operation['risk']})")
        self.stdout.write(f"publication: {facts['publication'] or 'unchanged, this was the plan'}")


def _read(file: Path) -> Any:  # Any: JSON of a file
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise errors.InvalidSchemaFile(f"{file.name} is not JSON: {error}") from error
