"""Lists the ids of a cluster's members, now or at a past moment."""

from argparse import ArgumentParser
from typing import Any

from clusters import membership
from clusters.catalogue import lookup
from clusters.history.reading import members_at
from clusters.moments import read_moment
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.rules.errors import RuleError


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, RuleError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cluster")
        parser.add_argument("--as-of", metavar="MOMENT", help="A date, meaning its end, or a moment such as 2026-11-28T10:00.")

    def run(self, actor: Actor, *, cluster: str, as_of: str | None, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = lookup.named(cluster)
        require(actor, "read", found.entity, found.field)
        moment = read_moment(as_of) if as_of else None
        ids = members_at(found, moment) if moment else membership.members(found).order_by().values_list("pk", flat=True)
        return {"cluster": found.name, "as_of": moment.isoformat() if moment else None, "members": sorted(ids)}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
        else:
            self.stdout.write("\n".join(facts["members"]))
