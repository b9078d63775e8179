"""Says how a cluster grew, and who joined and left."""

from argparse import ArgumentParser
from typing import Any

from clusters.catalogue import lookup
from clusters.history import reading
from clusters.history.describing_history import day_facts, event_facts
from clusters.moments import read_day
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cluster")
        parser.add_argument("--from", dest="first", metavar="DAY", help="The first day; thirty days unless stated.")
        parser.add_argument("--to", dest="last", metavar="DAY", help="The last day; today unless stated.")
        parser.add_argument("--events", action="store_true", help="Also who joined and left, the oldest first.")

    def run(
        self, actor: Actor, *, cluster: str, first: str | None, last: str | None, events: bool, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's options
        found = lookup.named(cluster)
        require(actor, "read", found.entity, found.field)
        days = reading.days(found, read_day(first) if first else None, read_day(last) if last else None)
        facts: dict[str, Any] = {"cluster": found.name, "days": day_facts(days)}
        if events:
            facts["events"] = list(event_facts(reading.events(found, days[0].date, days[-1].date).iterator()))
        return facts

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        for day in facts["days"]:
            size = "?" if day["size"] is None else day["size"]
            self.stdout.write(f"{day['date']}  {size:>9}  +{day['joined']} -{day['left']}")
        for event in facts.get("events", ()):
            self.stdout.write(f"{event['at']}  {'+' if event['joined'] else '-'}{event['record']}  {event['cause']}")
