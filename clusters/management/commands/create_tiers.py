"""Makes a cluster for each option of a Choice, or for each value given of a text field."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import creating, describing, lookup
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.schema import errors


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, errors.SchemaRefusal)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("field")
        parser.add_argument("--values", action="extend", nargs="+", default=[], metavar="V")
        parser.add_argument("--entity", default="CL")

    def run(self, actor: Actor, *, field: str, **options: Any) -> dict[str, Any]:  # Any: argparse's options
        tiers = creating.create_tiers(field, values=options["values"], entity=options["entity"], by=actor)
        return {"clusters": describing.facts(tiers)}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
        else:
            self.stdout.write("\n".join(describing.lines(facts["clusters"])))
