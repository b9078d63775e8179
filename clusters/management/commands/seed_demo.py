"""Makes believable Brazilian customers and clusters."""

from argparse import ArgumentParser
from typing import Any

from clusters import seeding
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.rules import require


class Command(SiteCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1)

    def run(self, actor: Actor, *, customers: int, seed: int, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", "CL")
        return seeding.seed(customers=customers, seed=seed, by=actor)
