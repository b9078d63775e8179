"""Makes and publishes an entity."""

from argparse import ArgumentParser
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.schema import errors
from crm.schema.publishing import draft_and_publish


class Command(SiteCommand):
    help = __doc__
    refusals = (errors.SchemaRefusal,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("acronym")
        parser.add_argument("name")

    def run(self, actor: Actor, *, acronym: str, name: str, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", acronym)

        publication = draft_and_publish.create_and_publish(acronym, name, by=actor, patience=self.patience())
        return {"entity": acronym, "publication": publication.number}
