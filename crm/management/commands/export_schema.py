"""Writes what is published, with forms and clusters, into one JSON file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.schema.models import Publication
from crm.schema.transfer import schema_document


class Command(SiteCommand):
    help = __doc__
    refusals = (OSError,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def run(self, actor: Actor, *, file: Path, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema")
        document = schema_document.document()
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        newest = Publication.objects.first()
        return {"operations": [], "publication": newest.number if newest else None}
