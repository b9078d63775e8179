"""What the import button of a review will do, and what a finished import did, in one sentence each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.jobs.models import Job, JobState
from crm.local_numbers import local_number
from crm.people.naming import actor_label
from crm.schema.definitions import EntityDefinition
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.results import Counts


@dataclass(frozen=True)
class Action:
    label: str
    is_possible: bool


@dataclass(frozen=True)
class StatusMessage:
    """`level` is info, success, warning or error: how the page marks it."""

    level: str
    text: str


def action(worksheet: Worksheet, entity: EntityDefinition) -> Action:
    counts, records = worksheet.tally, entity.name.lower()
    written, leaving = counts.written, counts.leaving
    movement = worksheet.last_rehearsal.movements.get(worksheet.cluster)
    joins = movement.joins if movement else 0
    if not written and not leaving:
        return Action(_("Nothing to import"), is_possible=False)
    if worksheet.choices.get("atomic") and counts.errors:
        return Action(_("Correct the refused rows first"), is_possible=False)
    parts = []
    if joins and counts.updated <= joins:
        parts.append(ngettext("Add {n} record", "Add {n} {records}", joins).format(n=local_number(joins), records=records))
    elif written:
        parts.append(
            ngettext("Import {n} record", "Import {n} {records}", written).format(n=local_number(written), records=records)
        )
    if leaving:
        parts.append(ngettext("remove {n}", "remove {n}", leaving).format(n=local_number(leaving)))
    label = ", ".join(parts)
    return Action(label[0].upper() + label[1:], is_possible=True)


def outcome_message(worksheet: Worksheet, job: Job | None) -> StatusMessage:
    """Of an import that is over."""
    state, counts = worksheet.state, worksheet.tally
    if state == WorksheetState.DONE:
        return StatusMessage("success", _written(counts))
    if state == WorksheetState.PARTLY:
        refused = ngettext("{n} row was refused.", "{n} rows were refused.", counts.errors).format(n=local_number(counts.errors))
        return StatusMessage("warning", f"{_written(counts)} {refused}")
    so_far = counts.done.changed if counts.done else 0
    if so_far:
        wrote = ngettext("{n} change was written before and stays.", "{n} changes were written before and stay.", so_far)
        outcome = wrote.format(n=local_number(so_far))
    else:
        outcome = _("Nothing was written.")
    if state == WorksheetState.CANCELLED:
        return StatusMessage("warning", _sentences(_("Stopped."), worksheet.problem, outcome))
    problem = worksheet.problem or (job.error if job and job.state == JobState.FAILED else "")
    return StatusMessage("error", _sentences(_("Failed."), problem, outcome))


def released(worksheet: Worksheet) -> Iterator[str]:
    """Who let the import go on past a limit."""
    for passed in worksheet.released.values():
        when = parse_datetime(passed["at"])
        yield _("{when}: {who} let it go on past a limit.").format(
            who=actor_label(passed["by"]), when=date_format(localtime(when), "SHORT_DATETIME_FORMAT") if when else "–"
        )


def _sentences(*texts: str) -> str:
    return " ".join(sentence for sentence in texts if sentence)


def status_message(worksheet: Worksheet, job: Job | None) -> StatusMessage:
    """Of any worksheet, in the list of all; `job` is its import while it runs."""
    waiting = {
        WorksheetState.UPLOADED: _("Waits to be rehearsed."),
        WorksheetState.REHEARSED: _("Rehearsed; nothing is written yet."),
        WorksheetState.INTERRUPTED: _("Interrupted; goes on when a worker is free."),
    }
    if worksheet.state in waiting:
        if worksheet.state == WorksheetState.REHEARSED and worksheet.problem:
            return StatusMessage("warning", worksheet.problem)
        return StatusMessage("info", waiting[WorksheetState(worksheet.state)])
    if worksheet.state == WorksheetState.RUNNING:
        return StatusMessage(
            "info", _("Is being imported.") if job and job.state == JobState.RUNNING else _("Waits for a worker.")
        )
    return outcome_message(worksheet, job)


def counted(counts: Counts) -> str:
    """“8,016 created, 12 updated, 3 refused”: what is not zero."""
    texts = [
        (counts.created, ngettext("{n} created", "{n} created", counts.created)),
        (counts.updated, ngettext("{n} updated", "{n} updated", counts.updated)),
        (counts.unchanged, ngettext("{n} unchanged", "{n} unchanged", counts.unchanged)),
        (counts.skipped, ngettext("{n} skipped", "{n} skipped", counts.skipped)),
        (counts.leaving, ngettext("{n} left the cluster", "{n} left the cluster", counts.leaving)),
        (counts.errors, ngettext("{n} refused", "{n} refused", counts.errors)),
    ]
    return ", ".join(text.format(n=local_number(count)) for count, text in texts if count)


def undone(records: Mapping[str, int]) -> str:
    """“3 restored, 1 kept”: the records of an undo by what became of them."""
    restored, removed, kept = (records.get(name, 0) for name in ("restored", "removed", "kept"))
    texts = [
        (restored, ngettext("{n} restored", "{n} restored", restored)),
        (removed, ngettext("{n} removed", "{n} removed", removed)),
        (kept, ngettext("{n} kept", "{n} kept", kept)),
    ]
    return ", ".join(text.format(n=local_number(count)) for count, text in texts if count) or _("nothing changed")


def _written(counts: Counts) -> str:
    """“8,016 created, 12 updated.”"""
    found = counted(replace(counts, errors=0))
    return f"{found}." if found else _("Nothing changed.")
