"""Makes and sends the exports of clusters that are due now, with the rights of their owners: what a worker does each minute."""

from typing import Any

from clusters.exports.due import start_due
from clusters.models import ExportRun
from crm.jobs import control
from crm.jobs.errors import JobBusy
from crm.management.command import SiteCommand
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__

    def run(self, actor: Actor, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "export")
        require(actor, "cluster")
        return {"exports": [self._delivered(job) for job in start_due(begin=control.prepare)]}

    def _delivered(self, job: control.Job) -> dict[str, Any]:  # Any: JSON values
        """One that fails is told, and keeps no other from its turn."""
        try:
            control.run_here(job)
        except JobBusy:
            pass  # a worker was quicker
        except Exception as error:  # noqa: BLE001  # stored with the run; the next one must be sent
            self.stderr.write(str(error), style_func=str)
        run = ExportRun.objects.select_related("export__cluster").get(pk=job.subject)
        return {
            "cluster": run.export.cluster.name,
            "due": run.due.isoformat(),
            "state": run.state,
            "rows": run.rows,
            "attempts": run.attempts,
            "next_try": run.next_try and run.next_try.isoformat(),
        }
