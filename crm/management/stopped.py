"""How commands end an import that stopped at a limit: with what is known, and an exit code of its own."""

from crm.management.command import STOPPED, NotDone
from crm.worksheets.importing import limits, report
from crm.worksheets.models import Worksheet, WorksheetState


def refuse_stopped(worksheet: Worksheet, *, is_rehearsal: bool = False) -> None:
    """Raises NotDone."""
    exceeded = limits.exceeded_limits(worksheet) if worksheet.state == WorksheetState.REHEARSED else []
    if exceeded:
        facts = report.stopped_facts(worksheet, exceeded[0], is_rehearsal=is_rehearsal)
        raise NotDone(str(limits.LimitExceeded(exceeded)), facts, exit_code=STOPPED)
