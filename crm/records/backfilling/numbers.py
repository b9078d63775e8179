"""Numbers that count up for the records that are older than the
field, the oldest first: at once, or as a job where they are many."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm.jobs import control, locking
from crm.jobs.errors import JobBusy
from crm.jobs.lease import RunningJob
from crm.jobs.models import WAITING, Job
from crm.records.writing.numbering import numbers
from crm.schema.generated import current
from crm.schema.generated.storage import has_rows
from crm.schema.publishing.tables import converting
from crm.schema.record import Record, stored_field

KIND = "number"
BATCH = 20_000


def give_numbers(model: type[Record], name: str) -> None:
    """In the transaction that publishes the field, or by a job if that would block writers for too long."""
    if has_rows(model._meta.db_table, settings.ALTER_ONLINE_FROM_ROWS):
        control.start(KIND, by=None, subject=f"{model.entity.acronym}.{name}", entity=model.entity.acronym)
        return
    while number_oldest(model, name):
        pass


def run_numbering(job: RunningJob) -> dict[str, Any]:
    """Numbers the records of `CL.number` (the job's subject). What was done before an interruption is not done again."""
    acronym, _dot, name = job.subject.partition(".")
    done = job.checkpoint.get("numbered", 0)
    with (
        locking.held(locking.entity_lock_name(acronym), waiting=lambda: job.beat(phase=_("waiting for an import"))),
        current.pinned() as generated,
    ):
        model = generated[acronym]
        is_there = model.entity.field(name) is not None  # it may be hidden meanwhile
        while is_there and (count := number_oldest(model, name)):
            done += count
            job.save_checkpoint({"numbered": done}, done=done)
    return {"numbered": done}


def finish(acronym: str) -> None:
    """Runs the waiting jobs in this process: a command ends when its work is done."""
    for job in Job.objects.filter(kind=KIND, entity=acronym, state__in=WAITING):
        try:
            control.run_here(job)
        except JobBusy:
            continue  # a worker has it


@transaction.atomic
def number_oldest(model: type[Record], name: str) -> int:
    """Gives the next numbers to the oldest records without one, and
    returns how many. They are locked: nothing else in them changes."""
    without = model.objects.filter(**{f"{name}__isnull": True}).order_by("createdIn", "id")
    ids = list(without.select_for_update().values_list("pk", flat=True)[:BATCH])
    if ids:
        converting.write(model._meta.db_table, stored_field(model, name), ids, numbers(model, name, len(ids)))
    return len(ids)
