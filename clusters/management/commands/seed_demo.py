"""Makes believable Brazilian customers and clusters."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from clusters.demo import seeding
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.schema.generated import current


class Command(SiteCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--if-empty", action="store_true", help="Only where there are no customers yet.")

    def run(
        self, actor: Actor, *, customers: int, seed: int, if_empty: bool, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's
        require(actor, "schema", "CL")
        if if_empty and current.models()["CL"].objects.exists():
            return {"customers": 0, "clusters": 0, "promotions": 0}
        return seeding.seed(customers=customers, seed=seed, by=actor, on_progress=self._progress(customers))

    def _progress(self, customers: int) -> Callable[[int], None]:
        """To the error output, where it is in no program's way."""
        return lambda done: self.stderr.write(f"{done:,} of {customers:,} customers")
