"""Makes and publishes an entity."""

from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.rules import require
from crm.schema import editing, names, publishing
from crm.schema.waiting import patiently


class Command(SiteCommand):
    help = __doc__
    refusals = (names.InvalidName, publishing.UnpublishableSchema)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("acronym")
        parser.add_argument("name")

    def run(self, actor: Actor, *, acronym: str, name: str, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", acronym)

        @transaction.atomic
        def once() -> int:
            editing.create_entity(acronym, name)
            return publishing.publish_entity(acronym, set(), by=actor).number

        return {"entity": acronym, "publication": patiently(once, self.patience())}
