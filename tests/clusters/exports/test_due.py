"""What is due is started: once for its moment."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clusters.exports import due
from clusters.models import ExportRun, ScheduledExport
from crm.jobs.models import Job, Schedule
from crm.jobs.scheduling import start_due as start_scheduled
from crm.jobs.tasks import run_job
from crm.people.models import Role
from tests.clusters.exports.receiver import status

pytestmark = pytest.mark.django_db


def let_come(export: ScheduledExport, *, ago: timedelta = timedelta(minutes=1)) -> None:
    ScheduledExport.objects.filter(pk=export.pk).update(next_due=timezone.now() - ago)


def test_nothing_is_started_before_its_time(kept):
    assert not due.is_any_due()
    assert due.start_due() == []


def test_what_is_due_runs_as_its_owner_and_is_due_again_later(kept, manager):
    let_come(kept)
    assert due.is_any_due()

    (job,) = due.start_due()

    assert (job.created_by, job.entity) == (manager.user_id, "CL")
    kept.refresh_from_db()
    assert kept.next_due > timezone.now()
    assert due.start_due() == []


def test_of_two_that_look_at_the_same_moment_one_starts_it(kept):
    let_come(kept)
    seen = ScheduledExport.objects.select_related("cluster").get()
    now = timezone.now()

    started = [due._start(seen, now=now, begin=due.control.start) for _worker in range(2)]

    assert (started[0] is not None, started[1]) == (True, None)
    assert ExportRun.objects.count() == 1


def test_a_week_without_a_worker_is_one_export_that_says_what_went_by(kept):
    let_come(kept, ago=timedelta(days=7, hours=1))

    due.start_due()

    run = ExportRun.objects.get()
    assert run.missed in {6, 7}
    assert timezone.now() - run.due <= timedelta(days=1)


def test_a_stopped_one_is_never_due(kept):
    ScheduledExport.objects.update(next_due=None)

    assert not due.is_any_due()
    assert due.start_due() == []


def test_the_clock_of_the_worker_starts_and_delivers_it(kept, run_here):
    start_scheduled()  # what is scheduled is known now
    let_come(kept)
    Schedule.objects.filter(kind=due.LOOKING).update(next_run=timezone.now())

    (look,) = [job for job in start_scheduled() if job.kind == due.LOOKING]
    run_job.func(str(look.pk))
    run_job.func(str(Job.objects.get(kind="export-cluster").pk))

    assert ExportRun.objects.get().state == "done"


def test_a_run_of_which_nothing_was_heard_is_taken_up_again(kept, run_here):
    let_come(kept)
    (job,) = due.start_due()
    Job.objects.filter(pk=job.pk).update(state="failed", error="The database does not answer.")
    ExportRun.objects.update(next_try=timezone.now())

    (again,) = due.start_due()

    assert again.pk == job.pk
    assert run_here(again).state == "done"


def test_the_command_delivers_what_is_due_and_tells_what_came_of_it(kept, sent, connected):
    let_come(kept)
    let_come(sent)
    connected.answers = [status(503)]
    out, complaints = StringIO(), StringIO()

    call_command("deliver_exports", "--json", stdout=out, stderr=complaints)

    found = {row["state"]: row for row in json.loads(out.getvalue())["exports"]}
    assert (found["done"]["rows"], found["waiting"]["attempts"]) == (2, 1)
    assert "It answered 503." in complaints.getvalue()


def test_the_command_takes_the_right_to_export(kept, person_of):
    editor = person_of(Role.EDITOR)

    with pytest.raises(CommandError, match="export"):
        call_command("deliver_exports", "--as", editor.user.email)
