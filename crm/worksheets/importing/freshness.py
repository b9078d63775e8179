"""Whether anything was written since a rehearsal; if nothing was, its comparison still holds and need not be repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from crm.jobs.models import Job
from crm.records.models import ChangeSet, RecordChange
from crm.schema.definitions import EntityDefinition
from crm.worksheets.importing.preparing import Prepared

# Jobs that write no record.
REHEARSALS = ("rehearse", "rehearse-undo")
# Transactions that have written and are not committed: they may have
# taken a lower number than the newest change-set that can be seen.
# The server's own processes (autovacuum) write no records.
# SQLite has one writer at a time, so that numbers are committed in their order.
OPEN_WRITES = {
    "postgresql": "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
}


@dataclass(frozen=True)
class WriteMark:
    """The newest change-set at the moment `at` (ISO); `is_settled`
    if no write was under way that could still get a lower number."""

    change_set: int
    at: str
    is_settled: bool


def write_mark() -> WriteMark:
    """To be taken before a comparison: what is written after it is noticed, though the comparison may have seen it."""
    at = timezone.now().isoformat()
    newest = int(ChangeSet.objects.aggregate(newest=Max("pk"))["newest"] or 0)
    return WriteMark(newest, at, is_settled=not _has_open_writes())


def is_fresh(prepared: Prepared, *, job: UUID) -> bool:
    """Return True if no record that the comparison reads was written since the detailed rehearsal; `job` is the import's own."""
    rehearsal = prepared.worksheet.last_rehearsal
    if not rehearsal.is_settled or rehearsal.counts != prepared.worksheet.tally:
        return False
    changes = RecordChange.objects.filter(change_set_id__gt=rehearsal.change_set, entity__in=_entities_read(prepared))
    return not changes.exists() and not _has_written(datetime.fromisoformat(rehearsal.at), but=job)


def _has_written(since: datetime, *, but: UUID) -> bool:
    """Return True if another job was at work, for it may go on with a change-set that is older than the rehearsal.

    Each chunk beats in its own transaction, shortly before it is committed.
    """
    margin = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return Job.objects.filter(heartbeat__gt=since - margin).exclude(pk=but).exclude(kind__in=REHEARSALS).exists()


def _entities_read(prepared: Prepared) -> set[str]:
    """The entity, and those that its relationships refer to: whether a referenced record exists is part of the comparison."""
    entity: EntityDefinition = prepared.plan.model.entity
    return {entity.acronym, *(field.options["entity"] for field in entity.visible_fields if field.options.get("entity"))}


def _has_open_writes() -> bool:
    statement = OPEN_WRITES.get(connection.vendor)
    if statement is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() is not None
