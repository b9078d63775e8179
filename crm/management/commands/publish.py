"""Shows what publishing the draft would do, does it, or discards the draft."""

import sys
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from crm.management.command import SiteCommand
from crm.management.progress import PhaseLine
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records.backfilling import numbers
from crm.schema import errors, jobs
from crm.schema.models import Publication
from crm.schema.publishing import discarding
from crm.schema.publishing.planning import PublicationPlan
from crm.schema.publishing.publish_requests import PublishRequest


class Command(SiteCommand):
    help = __doc__
    refusals = (errors.SchemaRefusal,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity")
        parser.add_argument("--plan", action="store_true", help="Show the plan and change nothing.")
        parser.add_argument(
            "--discard", nargs="?", const="", metavar="FIELD", help="Discard the draft, or what is drafted of a field."
        )
        parser.add_argument("--accept-loss", action="store_true", help="Publish although values would be lost.")

    def run(
        self, actor: Actor, *, entity: str, plan: bool, accept_loss: bool, discard: str | None, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "schema", entity)
        request = PublishRequest(entity, accepted_loss=sys.maxsize if accept_loss else 0)
        planned = request.plan()
        facts = {"entity": entity, "operations": planned.operations(), "publication": None}
        for note in planned.notes():
            self.stderr.write(note, style_func=str)
        if plan:
            return facts
        if discard is not None:
            discarding.discard(entity, discard, confirmed=planned.digest)
            return {"entity": entity, "discarded": [step.sentence for step in discarding.drafted_steps(planned, discard)]}
        done = self.published(replace(request, confirmed=planned.digest), planned, actor)
        numbers.finish(entity)
        return facts | {"publication": done.number}

    def published(self, request: PublishRequest, plan: PublicationPlan, actor: Actor) -> Publication:
        """What takes long is a job of its own, so that a worker goes on with it if this process dies."""
        if plan.is_long:
            return jobs.publish_here(request, by=actor, on_progress=PhaseLine(self.stderr))
        return request.publish(by=actor, patience=self.patience())

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            super().show(facts, as_json=True)
            return
        if "discarded" in facts:
            for sentence in facts["discarded"]:
                self.stdout.write(f"discarded: {sentence}")
            return
        for operation in facts["operations"]:
            self.stdout.write(f"{operation['sentence']} ({operation['risk']})")
        self.stdout.write(f"publication: {facts['publication'] or 'unchanged, this was the plan'}")
