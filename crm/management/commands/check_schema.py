"""Compares the published columns with the database; exit 1 on drift."""

from typing import Any

from django.core.management.base import CommandError

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.schema.generated import current
from crm.schema.publishing.tables import drift


class Command(SiteCommand):
    help = __doc__

    def run(self, actor: Actor, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        if lines := drift.drift():
            raise CommandError("\n".join(lines))
        return {"publication": current.newest().number, "drift": 0}
