"""Lists the clusters with their exact numbers of members."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import describing, lookup
from crm.management.command import SiteCommand
from crm.people.actors import Actor


class Command(SiteCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--archived", action="store_true", help="The archived clusters instead of those in use.")

    def run(self, actor: Actor, *, archived: bool, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        return {"clusters": describing.facts(lookup.readable(actor, archived=archived))}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
        else:
            self.stdout.write("\n".join(describing.lines(facts["clusters"])))
