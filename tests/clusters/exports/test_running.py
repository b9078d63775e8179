"""An export from its file to its end."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from clusters.exports import due, running, scheduling
from clusters.exports.making import KEPT, make_file
from clusters.exports.signing import secret_of
from clusters.models import ExportRun, ScheduledExport
from crm.jobs import control
from crm.jobs.lease import take_lease
from crm.jobs.models import Job, JobState
from crm.people.models import AuditEvent, Role, User
from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing
from tests.clusters.exports.conftest import wanted
from tests.clusters.exports.receiver import status

pytestmark = pytest.mark.django_db
BODY = b"firstName,state\nAna,SP\nCaio,RJ\n"


def content(run: ExportRun) -> bytes:
    with run.file.open() as file:
        return file.read()


def lines(body: bytes) -> list[bytes]:
    return sorted(body.split())


def stored_files() -> list[str]:
    try:
        folders = default_storage.listdir("cluster-exports")[0]
    except FileNotFoundError:
        return []
    return [name for folder in folders for name in default_storage.listdir(f"cluster-exports/{folder}")[1]]


def try_again() -> list[Job]:
    """As the next look does, once the pause is over."""
    ExportRun.objects.exclude(next_try=None).update(next_try=timezone.now())
    return due.start_due()


def test_the_members_are_kept_as_a_file(kept, run_now):
    run = run_now(kept)

    assert (run.state, run.rows, run.bytes, run.attempts) == ("done", 2, len(BODY), 1)
    assert lines(content(run)) == lines(BODY)


def test_a_workbook_is_made_too(rich, manager, run_now):
    run = run_now(scheduling.schedule(rich, wanted(format="xlsx"), by=manager)[0])

    assert (run.state, content(run)[:2]) == ("done", b"PK")


def test_only_the_newest_files_are_kept(kept, run_now):
    runs = [run_now(kept) for _time in range(KEPT + 2)]

    with_file = ExportRun.objects.exclude(file="").values_list("pk", flat=True)
    assert set(with_file) == {run.pk for run in runs[2:]}
    assert len(stored_files()) == KEPT


def test_the_members_are_sent_signed_and_no_file_stays(sent, connected, run_now):
    run = run_now(sent)

    (received,) = connected.received
    assert (run.state, run.status, run.rows) == ("done", 204, 2)
    assert lines(received.body) == lines(BODY)
    signed = received.headers["X-Timestamp"].encode() + b"." + received.body
    expected = hmac.new(secret_of(sent.seed).encode(), signed, hashlib.sha256).hexdigest()
    assert received.headers["X-Signature"] == f"sha256={expected}"
    assert (received.headers["X-Delivery"], received.headers["X-Cluster"]) == (str(run.pk), "Rich")
    assert received.headers["Content-Type"].startswith("text/csv")
    assert stored_files() == []
    assert not run.file


def test_what_is_refused_is_tried_again_with_the_same_body_and_number(sent, connected, run_now, run_here, operator):
    connected.answers = [status(503)]
    run = run_now(sent)
    assert (run.state, run.status, run.attempts, run.reason) == ("waiting", 503, 1, "It answered 503.")
    assert timedelta(0) < run.next_try - timezone.now() <= running.PAUSES[0]

    saving.create(current.models()["CL"], {"firstName": "Dora", "totalSpent": 9000}, by=operator)
    (job,) = try_again()
    run = run_here(job)

    first, second = connected.received
    assert (run.state, run.status, run.attempts, run.reason, run.next_try) == ("done", 204, 2, "", None)
    assert first.body == second.body
    assert first.headers["X-Delivery"] == second.headers["X-Delivery"]
    assert Job.objects.filter(kind=running.KIND).count() == 1


def test_pauses_grow_and_end(sent, connected, run_now, run_here):
    connected.answers = [status(500)] * 20
    run, pauses = run_now(sent), []
    while run.state == "waiting":
        pauses.append(run.next_try - timezone.now())
        (job,) = try_again()
        run = run_here(job)

    assert pauses == sorted(pauses)
    assert (run.state, run.attempts, run.status, run.next_try) == ("failed", running.MOST_ATTEMPTS, 500, None)
    assert len(connected.received) == running.MOST_ATTEMPTS
    assert try_again() == []
    assert AuditEvent.objects.filter(verb="export-failed", details__cluster="Rich").count() == 1
    assert stored_files() == []


def test_a_private_address_is_refused_at_once(rich, manager, run_now):
    export = scheduling.schedule(rich, wanted(address="https://localhost/in"), by=manager)[0]

    run = run_now(export)

    assert (run.state, run.attempts, run.next_try) == ("failed", 1, None)
    assert "private network" in run.reason


def test_a_process_that_died_between_file_and_address_is_followed_by_one_that_sends_that_file(sent, connected, run_here):
    job = due.start_run(sent, due=timezone.now())
    dead = take_lease(job.pk)
    run = ExportRun.objects.select_related("export__cluster").get()
    running._count_attempt(run)
    make_file(run, dead)
    Job.objects.update(lease_expires=timezone.now() - timedelta(seconds=1))

    after = run_here(job)

    assert (after.state, after.attempts) == ("done", 2)
    assert [received.headers["X-Delivery"] for received in connected.received] == [str(run.pk)]
    assert AuditEvent.objects.filter(verb="export").count() == 1


def test_a_process_that_died_while_it_wrote_leaves_no_part_of_a_file(kept, run_here):
    job = due.start_run(kept, due=timezone.now())
    run = ExportRun.objects.get()
    default_storage.save(f"cluster-exports/{run.pk}/part.csv", ContentFile(b"firstName,st"))

    after = run_here(job)

    assert after.state == "done"
    assert len(stored_files()) == 1
    assert lines(content(after)) == lines(BODY)


def test_a_run_that_is_over_is_not_sent_again(sent, connected, run_now):
    run = run_now(sent)
    Job.objects.update(state=JobState.QUEUED)

    control.run_here(Job.objects.get(subject=str(run.pk)))

    assert len(connected.received) == 1


def test_what_ends_every_process_is_given_up(sent, connected, run_here):
    job = due.start_run(sent, due=timezone.now())
    ExportRun.objects.update(attempts=running.MOST_ATTEMPTS)

    run = run_here(job)

    assert (run.state, connected.received) == ("failed", [])
    assert "never came to an end" in run.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"is_active": False}, "deactivated"), ({"role": Role.EDITOR}, "role"), ({"role": Role.READER}, "role")],
)
def test_a_person_without_the_right_any_more_exports_nothing(sent, connected, run_now, manager, change, reason):
    User.objects.filter(pk=manager.user_id).update(**change)

    run = run_now(sent)

    assert (run.state, run.next_try, connected.received, stored_files()) == ("refused", None, [], [])
    assert reason in run.reason
    assert "import" not in run.reason


def test_a_person_whose_account_is_gone_exports_nothing(sent, connected, run_now, manager):
    User.objects.filter(pk=manager.user_id).delete()

    run = run_now(sent)

    assert (run.state, connected.received) == ("refused", [])
    assert "no account any more" in run.reason


def test_rights_are_asked_for_again_at_every_try(sent, connected, run_now, run_here, manager):
    connected.answers = [status(503)]
    run_now(sent)
    User.objects.filter(pk=manager.user_id).update(role=Role.READER)

    (job,) = try_again()
    run = run_here(job)

    assert (run.state, len(connected.received), stored_files()) == ("refused", 1, [])


def test_a_column_that_is_gone_fails_the_export_instead_of_being_left_out(kept, run_now, administrator):
    editing.hide_field(Field.objects.get(entity__acronym="CL", name="state"))
    publishing.publish(by=administrator)

    run = run_now(kept)

    assert (run.state, run.attempts) == ("failed", 1)
    assert "state" in run.reason


def test_an_archived_cluster_is_not_exported(kept, rich, run_now):
    type(rich).objects.update(archived_at=timezone.now())

    assert (run := run_now(kept)).state == "failed"
    assert "archived" in run.reason


def test_a_key_of_the_site_that_was_changed_is_told_instead_of_a_wrong_signature(sent, connected, run_now, settings):
    settings.SECRET_KEY = "another one"

    run = run_now(sent)

    assert (run.state, connected.received) == ("failed", [])
    assert "make a new one" in run.reason


def test_a_full_disk_is_tried_again(kept, run_now, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "make_file", full)

    run = run_now(kept)

    assert (run.state, run.attempts) == ("waiting", 1)
    assert "disk is full" in run.reason


def test_one_that_somebody_stops_is_over(sent, manager, connected, django_capture_on_commit_callbacks):
    job = due.start_run(sent, due=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        control.request_cancel(job, by=manager)

    run = ExportRun.objects.get()
    assert (run.state, run.reason, run.next_try) == ("failed", "Somebody stopped it.", None)


def test_one_whose_export_was_removed_has_nothing_to_do(sent, connected, manager):
    job = due.start_run(sent, due=timezone.now())
    scheduling.stop(sent, by=manager)
    scheduling.remove(ScheduledExport.objects.get(), by=manager)

    control.run_here(job)

    assert (connected.received, ScheduledExport.objects.count()) == ([], 0)


def test_the_audit_trail_has_its_size_and_host_but_nothing_secret(sent, connected, run_now, manager):
    ScheduledExport.objects.update(address=f"{connected.address}?key=of-the-receiver")
    sent.refresh_from_db()
    run_now(sent)

    event = AuditEvent.objects.get(verb="export")
    assert (event.user_id, event.channel, event.subject) == (manager.user_id, "job", "CL")
    assert (event.details["rows"], event.details["address"]) == (2, "receiver.example")
    assert "of-the-receiver" not in str(event.details)
    assert secret_of(sent.seed) not in str(list(AuditEvent.objects.values()))


def test_reasons_are_in_the_language_of_the_owner(sent, connected, run_now):
    ScheduledExport.objects.update(language="pt-br")
    sent.refresh_from_db()
    connected.answers = [status(503)]

    assert run_now(sent).reason == "A resposta foi 503."
