"""Takes an import back, every value that nobody changed since, every record that nobody touched; or takes its last undo back."""

from argparse import ArgumentParser
from typing import Any

from crm.jobs import control
from crm.management.command import SiteCommand
from crm.management.progress import ProgressLine
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import undoing
from crm.records.models import Undo
from crm.records.undoing.kept_messages import describe_kept
from crm.worksheets.importing import undo_jobs
from crm.worksheets.models import Worksheet

KEPT_LISTED = 1_000


class Command(SiteCommand):
    help = __doc__
    refusals = (undoing.CannotUndo, control.JobBusy)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("worksheet", type=int)
        parser.add_argument("--redo", action="store_true", help="Take the last undo of the import back.")
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be restored and what kept.")

    def run(
        self, actor: Actor, *, worksheet: int, redo: bool, dry_run: bool, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's options
        found = Worksheet.objects.filter(number=worksheet).first()
        if found is None:
            raise undoing.CannotUndo(f"There is no import {worksheet}.")
        require(actor, "undo", found.entity)
        target = undo_jobs.last_undo_of(found) if redo else undo_jobs.change_set_of(found)
        undo_jobs.refuse_undone(target)
        undo = undoing.open_undo(target, by=actor)
        if dry_run:
            undoing.rehearse(undo)
        else:
            self.undo_now(undo, actor)
            undo.refresh_from_db()
        return {"worksheet": worksheet, "undo": undo.change_set_id, **undo.counts, "kept": self.kept(undo, actor)}

    def kept(self, undo: Undo, actor: Actor) -> list[dict[str, str]]:
        """What was left as it is, and why; the first of them where they are many."""
        found = describe_kept(undo.kept.all()[:KEPT_LISTED], reader=actor)
        return [{"record": one.record_id, "field": one.name, "reason": one.reason.text} for one in found]

    def undo_now(self, undo: Undo, actor: Actor) -> None:
        progress = ProgressLine(self.stderr)
        try:
            control.run_here(undo_jobs.prepare_undo(undo, by=actor), on_progress=progress)
        finally:
            progress.end()

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        """For people, a line per count, and a line for each thing that was kept."""
        if as_json:
            super().show(facts, as_json=True)
            return
        for name, value in facts.items():
            counts = {f"{name}_{what}": count for what, count in value.items()} if isinstance(value, dict) else {name: value}
            if name != "kept":
                super().show(counts, as_json=False)
        for kept in facts["kept"]:
            place = f"{kept['record']}, {kept['field']}" if kept["field"] else kept["record"]
            self.stdout.write(f"kept: {place}: {kept['reason']}")
