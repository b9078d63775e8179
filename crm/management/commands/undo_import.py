"""Takes an import back: every value that nobody changed since, every record that nobody touched."""

from argparse import ArgumentParser
from typing import Any

from crm.jobs import running
from crm.management.command import SiteCommand
from crm.management.progress import ProgressLine
from crm.people.actors import Actor
from crm.people.rules import require
from crm.records import undoing
from crm.records.models import Undo
from crm.worksheets.importing import undo_jobs
from crm.worksheets.models import Worksheet


class Command(SiteCommand):
    help = __doc__
    refusals = (undoing.CannotUndo, running.JobBusy)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("worksheet", type=int)
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be restored and what kept.")

    def run(self, actor: Actor, *, worksheet: int, dry_run: bool, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = Worksheet.objects.filter(number=worksheet).first()
        if found is None:
            raise undoing.CannotUndo(f"There is no import {worksheet}.")
        require(actor, "undo", found.entity)
        undo = undoing.open_undo(undo_jobs.change_set_of(found), by=actor)
        if dry_run:
            undoing.rehearse(undo)
        else:
            self.undo_now(undo, actor)
            undo.refresh_from_db()
        return {"worksheet": worksheet, "undo": undo.change_set_id, **undo.counts}

    def undo_now(self, undo: Undo, actor: Actor) -> None:
        progress = ProgressLine(self.stderr)
        try:
            running.run_here(undo_jobs.prepare_undo(undo, by=actor), on_progress=progress)
        finally:
            progress.end()

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        """For people, a line per count."""
        flat = facts if as_json else {name: value for name, value in facts.items() if not isinstance(value, dict)}
        for name in (name for name in facts if name not in flat):
            flat |= {f"{name}_{what}": count for what, count in facts[name].items()}
        super().show(flat, as_json=as_json)
