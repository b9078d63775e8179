"""Goes on with an interrupted import."""

from argparse import ArgumentParser
from typing import Any

from crm.jobs import control
from crm.jobs.models import Job, JobState
from crm.management.command import NotDone, SiteCommand
from crm.management.progress import ProgressLine
from crm.management.stopped import refuse_stopped
from crm.people.actors import Actor
from crm.worksheets.access import require_open
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.importing import import_jobs, report
from crm.worksheets.models import Worksheet


class Command(SiteCommand):
    help = __doc__
    refusals = (UnreadableWorksheet, InvalidMapping, control.JobBusy)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("worksheet", type=int)

    def run(self, actor: Actor, *, worksheet: int, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        found = Worksheet.objects.filter(number=worksheet).first()
        job = Job.objects.filter(pk=found.job).first() if found and found.job else None
        if found is None or job is None:
            raise InvalidMapping(f"There is no import {worksheet} to go on with.")
        require_open(actor, found)
        if job.state != JobState.DONE:
            self.go_on(found, job)
            found.refresh_from_db()
            refuse_stopped(found)
        return report.facts(found)

    def go_on(self, worksheet: Worksheet, job: Job) -> None:
        progress = ProgressLine(self.stderr)
        try:
            import_jobs.go_on(worksheet, job, on_progress=progress)
        except NothingWritten as refusal:
            worksheet.refresh_from_db()
            raise NotDone(str(refusal), report.facts(worksheet)) from refusal
        finally:
            progress.end()
