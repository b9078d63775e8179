"""Records in the audit trail that an import is over."""

from contextlib import nullcontext, suppress

from django.db import DatabaseError

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.worksheets.models import Worksheet, WorksheetState

VERBS = {
    WorksheetState.DONE: "import",
    WorksheetState.PARTLY: "import",
    WorksheetState.CANCELLED: "import-stopped",
    WorksheetState.FAILED: "import-failed",
}
COUNTED = ("rows", "created", "updated", "unchanged", "skipped", "errors", "leaving")
COMPLETED = frozenset({WorksheetState.DONE, WorksheetState.PARTLY})


def record_end(worksheet: Worksheet, *, by: Actor) -> None:
    """Also of an import that was stopped or failed, with what it wrote until then; not of one that is to be decided on again."""
    state = WorksheetState(worksheet.state)
    if state not in VERBS:
        return
    counts = worksheet.counts if state in COMPLETED else worksheet.counts.get("done", {})
    details = {name: counts[name] for name in COUNTED if counts.get(name)}
    subject = f"{worksheet.entity} #{worksheet.number}"
    with suppress(DatabaseError) if state == WorksheetState.FAILED else nullcontext():
        record_event(by, VERBS[state], subject=subject, details=details)
