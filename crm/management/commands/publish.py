"""Shows what publishing the draft would do, or does it."""

from argparse import ArgumentParser
from typing import Any

from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.rules import require
from crm.schema import publishing


class Command(SiteCommand):
    help = __doc__
    refusals = (publishing.UnpublishableSchema,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity")
        parser.add_argument("--plan", action="store_true", help="Show the plan and change nothing.")
        parser.add_argument("--accept-loss", action="store_true", help="Publish although values would be lost.")

    def run(self, actor: Actor, *, entity: str, plan: bool, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", entity)
        planned = publishing.make_plan(publishing.draft_of(entity))
        sql = publishing.plan_sql(planned)
        operations = [
            {"sentence": step.sentence, "risk": step.risk, "sql": lines} for step, lines in zip(planned.steps, sql, strict=True)
        ]
        number = None if plan else publishing.publish(planned.draft, by=actor).number
        return {"entity": entity, "operations": operations, "publication": number}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        for operation in facts["operations"]:
            self.stdout.write(f"{operation['sentence']} ({operation['risk']})")
        self.stdout.write(f"publication: {facts['publication'] or 'unchanged, this was the plan'}")
