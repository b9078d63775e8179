"""SQL that all of the history shares: who is in a cluster now, and what wrote their records last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Q
from django.utils import timezone

from clusters.models import Cluster, ClusterCount, CurrentMember, MembershipEvent
from crm.records.bulk.names import quoted
from crm.records.models import ChangeSet, RecordChange
from crm.schema.record import Record

EVENTS, MEMBERS = quoted(MembershipEvent._meta.db_table), quoted(CurrentMember._meta.db_table)
CHANGES, CHANGE_SETS = quoted(RecordChange._meta.db_table), quoted(ChangeSet._meta.db_table)

OVERLAP = timedelta(hours=1)

# What a change-set, s, means for who joined or left by it; a person, where it wrote the cluster's own field.
CAUSE_OF_CHANGE = (
    "CASE WHEN s.kind <> 'write' OR s.channel = 'undo' THEN 'undo' WHEN s.channel = 'worksheet' THEN 'import' ELSE {} END"
)


@dataclass(frozen=True)
class Compared:
    """A cluster that can be evaluated: its records' class, who is in it as a query of ids, and its last comparison."""

    cluster: Cluster
    model: type[Record]
    condition: Q
    last: ClusterCount

    @property
    def table(self) -> str:
        return quoted(self.model._meta.db_table)

    @property
    def counted_at(self) -> datetime:
        """The moment of the last comparison; now, if there was none."""
        return self.last.counted_at or timezone.now()

    def members(self) -> tuple[str, Sequence[Any]]:  # Any: parameters
        """A subquery with one column, id."""
        records = self.model.objects.filter(self.condition).order_by().values_list("id")
        return records.query.sql_with_params()  # type: ignore[no-any-return]  # untyped


def first_unread(read_from: int) -> int:
    """The id of the change from which the next comparison reads, if this one reads from `read_from` on.

    What follows the last change before those of the last hour is read twice: an id that is missing there may be of a transaction
    that is still to commit. Each change makes its event once.
    """
    unread = RecordChange.objects.filter(pk__gte=read_from)
    recent = unread.filter(at__gte=timezone.now() - OVERLAP).aggregate(first=Min("pk"))["first"]
    settled = unread if recent is None else unread.filter(pk__lt=recent)
    last = settled.aggregate(last=Max("pk"))["last"]
    return read_from if last is None else int(last) + 1


def execute(statement: str, params: Sequence[Any]) -> int:  # Any: parameters
    """Return the number of rows that it wrote."""
    # SQLite compares moments as texts: they are written as Django writes them.
    written = [connection.ops.adapt_datetimefield_value(param) if isinstance(param, datetime) else param for param in params]
    with connection.cursor() as cursor:
        cursor.execute(statement, written)
        return int(cursor.rowcount)
