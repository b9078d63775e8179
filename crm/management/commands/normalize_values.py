"""Brings stored phones, documents and keys into their one form, a change-set for each entity; or takes such a change-set back."""

from argparse import ArgumentParser
from typing import Any

from crm.jobs import control
from crm.management.command import SiteCommand
from crm.management.progress import ProgressLine
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import undoing
from crm.records.backfilling import normalizing
from crm.records.models import ChangeSet
from crm.schema.generated import current


class Command(SiteCommand):
    help = __doc__
    refusals = (undoing.CannotUndo, control.JobBusy)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entity", default="", help="Only of this entity; else of all.")
        parser.add_argument("--undo", type=int, metavar="CHANGE_SET", help="Take this change-set back.")

    def run(
        self, actor: Actor, *, entity: str, undo: int | None, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's options, JSON values
        if undo is not None:
            return self.undone(undo, actor)
        models = current.models()
        if entity and entity not in models:
            raise undoing.CannotUndo(f"There is no entity {entity}.")
        acronyms = [entity] if entity else [each.acronym for each in models if normalizing.normalized_fields(each)]
        for acronym in acronyms:
            require(actor, "undo", acronym)
        return {"entities": {acronym: self.normalized(acronym, actor) for acronym in acronyms}}

    def normalized(self, acronym: str, actor: Actor) -> dict[str, Any]:  # Any: JSON values
        progress = ProgressLine(self.stderr)
        try:
            job = control.run_here(
                control.prepare(normalizing.KIND, by=actor, subject=acronym, entity=acronym), on_progress=progress
            )
        finally:
            progress.end()
        job.refresh_from_db()
        return job.result or {}

    def undone(self, number: int, actor: Actor) -> dict[str, Any]:  # Any: JSON values
        found = ChangeSet.objects.filter(pk=number).first()
        if found is None:
            raise undoing.CannotUndo(f"There is no change-set {number}.")
        require(actor, "undo", found.entity)
        undo = undoing.open_undo(found, by=actor)
        undoing.run(undo, by=actor)
        undo.refresh_from_db()
        return {"change_set": number, "undo": undo.change_set_id, **undo.counts}
