"""Shows the progress of a job: on one line of a terminal; in a pipe only phases that are done or waited for."""

from django.core.management.base import OutputWrapper

from crm.jobs.models import Job
from crm.worksheets.importing.import_jobs import WAITING


class PhaseLine:
    """Each phase of a job on a line of its own; how far it is only on a terminal."""

    def __init__(self, output: OutputWrapper) -> None:
        self.output = output
        self.phase = ""

    def __call__(self, job: Job) -> None:
        if job.phase != self.phase:
            self.phase = job.phase
            self._write(f"{job.phase}\n")
        elif self.output.isatty() and job.total:
            self._write(f"\r{job.done:,} of {job.total:,}\x1b[K\r")

    def _write(self, text: str) -> None:
        self.output.write(text, style_func=str, ending="")
        self.output.flush()


class ProgressLine:
    def __init__(self, output: OutputWrapper) -> None:
        self.output = output
        self.is_waiting = False

    def __call__(self, job: Job) -> None:
        if job.phase == WAITING:
            self._say_once(f"Waiting for another import of {job.entity} to end.")
        elif self.output.isatty():
            total = f" of {job.total:,}" if job.total else ""
            self._write(f"\r{job.phase}: {job.done:,}{total} rows\x1b[K")

    def end(self) -> None:
        if self.output.isatty():
            self._write("\r\x1b[K")

    def _say_once(self, sentence: str) -> None:
        if not self.is_waiting:
            self._write(f"{sentence}\n")
        self.is_waiting = True

    def _write(self, text: str) -> None:
        self.output.write(text, style_func=str, ending="")
        self.output.flush()
