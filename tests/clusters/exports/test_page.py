"""Scheduling exports on the page."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.catalogue import creating
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.comparing.usage import use_counts, used_by
from clusters.exports import describing, scheduling
from clusters.exports.signing import hash_of
from clusters.models import ExportRun, ScheduledExport
from crm.jobs.models import Job
from crm.people.models import AuditEvent, Role, User
from tests.clusters.exports.conftest import wanted

pytestmark = pytest.mark.django_db
ADDRESS, NEW = "/clusters/Rich/exports/", "/clusters/Rich/exports/new/"
FORM = {
    "every": "week", "week": "4", "month": "31", "hour": "7", "to": "file",
    "_format": "csv", "_delimiter": ";", "_column": ["id", "firstName"],
}  # fmt: skip


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_file_is_scheduled_by_the_form(rich, manager_client, manager):
    assert manager_client.get(ADDRESS).status_code == 200
    assert 'value="firstName"' in text(manager_client.get(NEW))

    answer = manager_client.post(NEW, FORM, follow=True)

    export = ScheduledExport.objects.get()
    assert (export.every, export.day, export.hour, export.fields) == ("week", 4, 7, ["id", "firstName"])
    assert (export.owner, export.format, export.delimiter, export.address) == (manager.user_id, "csv", ";", "")
    assert timezone.localtime(export.next_due).strftime("%A %H:%M") == "Friday 07:00"
    assert "Every Friday at 07:00" in text(answer)
    assert AuditEvent.objects.filter(verb="export-scheduled", subject="CL", user=manager.user_id).exists()


def test_a_column_that_is_sent_twice_is_one(rich, manager_client):
    manager_client.post(NEW, {**FORM, "_column": ["firstName", "id", "firstName"]})

    assert ScheduledExport.objects.get().fields == ["firstName", "id"]


def test_the_secret_of_an_address_is_shown_once(rich, manager_client):
    answer = manager_client.post(NEW, {**FORM, "to": "address", "address": "https://example.com/in?key=1"})

    secret = re.search(r"shown this once: <code>([\w-]+)</code>", text(answer)).group(1)
    export = ScheduledExport.objects.get()
    assert hash_of(secret) == export.secret_hash
    assert secret not in str(ScheduledExport.objects.values().get())
    assert "no-store" in answer["Cache-Control"]
    assert secret not in text(manager_client.get(ADDRESS))
    assert "key=1" not in text(manager_client.get(ADDRESS))


def test_a_new_secret_takes_the_place_of_the_old(sent, manager_client):
    answer = manager_client.post(ADDRESS, {"do": "secret", "export": sent.pk})

    secret = re.search(r"shown this once: <code>([\w-]+)</code>", text(answer)).group(1)
    before, sent_now = sent.secret_hash, ScheduledExport.objects.get()
    assert hash_of(secret) == sent_now.secret_hash != before


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"every": ""}, "how often"),
        ({"every": "year"}, "how often"),
        ({"week": "7"}, "how often"),
        ({"week": ""}, "how often"),
        ({"every": "month", "month": "0"}, "how often"),
        ({"every": "month", "month": "32"}, "how often"),
        ({"hour": "24"}, "how often"),
        ({"hour": "seven"}, "how often"),
        ({"_format": "exe"}, "no format"),
        ({"_delimiter": "|"}, "divides no columns"),
        ({"_column": []}, "at least one column"),
        ({"_column": ["noSuch"]}, "noSuch"),
        ({"_column": ["password"]}, "password"),
        ({"to": "address"}, "to which address"),
        ({"to": "address", "address": "http://example.com/"}, "begins with https"),
        ({"to": "address", "address": "https://ana:x@example.com/"}, "no name or password"),
        ({"to": "address", "address": "https://127.0.0.1/"}, "private network"),
        ({"to": "address", "address": "https://169.254.169.254/latest/"}, "private network"),
        ({"to": "address", "address": "https://example.com/" + "x" * 500}, "at most 500"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_in_the_form(rich, manager_client, wrong, reason):
    answer = manager_client.post(NEW, {**FORM, **wrong})

    assert answer.status_code == 422
    assert reason in text(answer)
    assert not ScheduledExport.objects.exists()
    if "address" in wrong and len(wrong["address"]) < 500:
        assert wrong["address"] in text(answer)


def test_one_is_run_now_and_its_file_downloaded(kept, manager_client, run_here, manager):
    manager_client.post(ADDRESS, {"do": "run", "export": kept.pk})
    run = run_here(Job.objects.get(kind="export-cluster"))

    page = text(manager_client.get(ADDRESS))
    assert f"{ADDRESS}{run.pk}/" in page
    answer = manager_client.get(f"{ADDRESS}{run.pk}/")
    body = b"".join(answer.streaming_content)
    assert sorted(body.split()) == [b"Ana,SP", b"Caio,RJ", b"firstName,state"]
    assert answer["Content-Disposition"].startswith('attachment; filename="Rich-')
    assert AuditEvent.objects.filter(verb="export", channel="page", user=manager.user_id).count() == 1


def test_a_file_with_a_column_that_somebody_may_not_read_is_not_theirs(kept, manager_client, run_here, monkeypatch):
    manager_client.post(ADDRESS, {"do": "run", "export": kept.pk})
    run = run_here(Job.objects.get(kind="export-cluster"))

    def may(_who, _verb, _entity=None, field=None, *, owner="anyone"):  # as permissions has it
        return field != "state"

    monkeypatch.setattr("crm.people.permissions.may", may)
    assert manager_client.get(f"{ADDRESS}{run.pk}/").status_code == 403


def test_one_at_a_time_is_on_its_way(kept, manager_client):
    manager_client.post(ADDRESS, {"do": "run", "export": kept.pk})

    answer = manager_client.post(ADDRESS, {"do": "run", "export": kept.pk})

    assert answer.status_code == 422
    assert "on its way already" in text(answer)
    assert ExportRun.objects.count() == 1


def test_one_is_stopped_taken_over_and_removed(kept, run_now, sign_in, administrator):
    run = run_now(kept)
    client = sign_in(Role.ADMINISTRATOR)

    assert client.post(ADDRESS, {"do": "remove", "export": kept.pk}).status_code == 422
    client.post(ADDRESS, {"do": "stop", "export": kept.pk})
    assert ScheduledExport.objects.get().next_due is None
    assert "stopped" in text(client.get(ADDRESS))
    client.post(ADDRESS, {"do": "start", "export": kept.pk})
    export = ScheduledExport.objects.get()
    assert (export.owner, export.next_due > timezone.now()) == (administrator.user_id, True)
    client.post(ADDRESS, {"do": "stop", "export": kept.pk})
    client.post(ADDRESS, {"do": "remove", "export": kept.pk})
    assert not ScheduledExport.objects.exists()
    assert not run.file.storage.exists(run.file.name)
    verbs = AuditEvent.objects.filter(verb__startswith="export-").values_list("verb", flat=True)
    assert sorted(verbs) == ["export-removed", "export-scheduled", "export-scheduled", "export-stopped", "export-stopped"]


def test_the_log_says_what_came_of_each(kept, manager_client):
    now = timezone.now()
    for state, reason in (("failed", "It answered 500."), ("refused", "The account is deactivated.")):
        ExportRun.objects.create(export=kept, due=now, state=state, reason=reason, status=500, attempts=6)
        now -= timedelta(days=1)
    ExportRun.objects.create(export=kept, due=now, missed=3, attempts=1, next_try=now, reason="It answered 503.")

    page = text(manager_client.get(ADDRESS))

    assert page.index("It answered 500.") < page.index("deactivated") < page.index("It answered 503.")
    assert "3 before it went by while nothing was running" in page
    assert "next try" in page


def test_an_owner_who_left_is_said_on_the_page(kept, sign_in, manager):
    User.objects.filter(pk=manager.user_id).update(is_active=False)

    assert "no active account" in text(sign_in(Role.ADMINISTRATOR).get(ADDRESS))


def test_many_exports_and_runs_take_no_more_queries(rich, kept, manager, manager_client):
    ExportRun.objects.create(export=kept, due=timezone.now(), state="done")
    manager_client.get(ADDRESS)
    with_one = queries(manager_client)
    for number in range(5):
        export = scheduling.schedule(rich, wanted(), by=manager)[0]
        ExportRun.objects.create(export=export, due=timezone.now() + timedelta(seconds=number), state="done")

    assert queries(manager_client) == with_one


def queries(client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(ADDRESS).status_code == 200
    return len(found)


def test_a_cluster_has_only_so_many(rich, kept, manager_client, monkeypatch):
    monkeypatch.setattr(scheduling, "MOST", 1)

    answer = manager_client.post(NEW, FORM)

    assert answer.status_code == 422
    assert "remove one first" in text(answer)


def test_the_newest_outcome_of_each_is_shown(rich, kept, manager):
    other = scheduling.schedule(rich, wanted(), by=manager)[0]
    now = timezone.now()
    for export, state, due in ((kept, "failed", now - timedelta(days=1)), (kept, "done", now), (other, "failed", now)):
        ExportRun.objects.create(export=export, state=state, due=due)

    assert [shown.last.state for shown in describing.exports_of(rich)] == ["done", "failed"]


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_without_the_right_nothing_is_shown_or_done(kept, run_now, sign_in, role):
    run, client = run_now(kept), sign_in(role)

    assert client.get(ADDRESS).status_code == 403
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, FORM).status_code == 403
    assert client.get(f"{ADDRESS}{run.pk}/").status_code == 403
    for verb in ("run", "stop", "start", "remove", "secret"):
        assert client.post(ADDRESS, {"do": verb, "export": kept.pk}).status_code == 403
    assert ADDRESS not in text(client.get("/clusters/Rich/"))
    assert ScheduledExport.objects.get().next_due == kept.next_due


def test_what_belongs_to_another_cluster_is_not_there(kept, run_now, manager_client, operator):
    creating.create_cluster("Poor", rule="totalSpent<100", by=operator)
    run = run_now(kept)

    assert manager_client.get(f"/clusters/Poor/exports/{run.pk}/").status_code == 404
    assert manager_client.get(f"{ADDRESS}{uuid4()}/").status_code == 404
    assert manager_client.post("/clusters/Poor/exports/", {"do": "stop", "export": kept.pk}).status_code == 404
    assert manager_client.post(ADDRESS, {"do": "burn", "export": kept.pk}).status_code == 404


def test_a_file_that_is_gone_is_not_offered(kept, run_now, manager_client):
    run = run_now(kept)
    ExportRun.objects.update(file="")

    assert manager_client.get(f"{ADDRESS}{run.pk}/").status_code == 404
    assert f"{run.pk}" not in text(manager_client.get(ADDRESS))


def test_a_cluster_whose_field_is_gone_schedules_nothing(rich, manager_client, administrator):
    change_cluster(rich, ClusterChange(archived=True), by=administrator)

    answer = manager_client.post(NEW, FORM)
    assert answer.status_code == 422
    assert "archived" in text(answer)


def test_the_dashboard_tells_of_exports_that_came_to_nothing(kept, sign_in, manager_client):
    assert ADDRESS not in text(manager_client.get("/"))
    ExportRun.objects.create(export=kept, due=timezone.now(), state="failed", reason="It answered 500.")

    assert "It answered 500." in text(manager_client.get("/"))
    assert ADDRESS not in text(sign_in(Role.EDITOR).get("/"))
    ExportRun.objects.create(export=kept, due=timezone.now(), state="done")
    assert ADDRESS not in text(manager_client.get("/"))


def test_the_dashboard_tells_nothing_of_exports_that_were_stopped(kept, manager_client):
    ExportRun.objects.create(export=kept, due=timezone.now(), state="failed", reason="It answered 500.")
    ScheduledExport.objects.update(next_due=None)

    assert ADDRESS not in text(manager_client.get("/"))


def test_exports_that_go_on_use_the_cluster(rich, kept, sent, manager, reader):
    scheduling.stop(kept, by=manager)

    (use,) = [use for use in used_by(rich, reader=manager) if use.kind == "Scheduled export"]
    assert (use.label, use.url, use.how) == ("Every day at 06:00", ADDRESS, "brings its members to receiver.example")
    assert [use.url for use in used_by(rich, reader=reader) if use.kind == "Scheduled export"] == [""]
    assert use_counts([rich])[rich.pk] == len(used_by(rich, reader=manager))


def test_who_deletes_a_cluster_is_told_that_its_exports_go_too(kept, manager_client):
    assert "1 scheduled export goes with it" in text(manager_client.get("/clusters/Rich/delete/"))
