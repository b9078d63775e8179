"""When the history of clusters is brought up to date without anybody asking for it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from clusters.catalogue import creating
from clusters.history import comparing_soon
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import MembershipEvent
from crm.jobs.models import Job
from crm.jobs.tasks import run_job
from crm.records.models import ChangeSet
from crm.records.undoing import running
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def annas(operator):
    saving.create(current.models()["CL"], {"email": "a@example.com", "firstName": "Bia"}, by=operator)
    return creating.create_cluster("Annas", rule="firstName=Ana", by=operator)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def imported(annas, tmp_path, committed):
    (tmp_path / "list.csv").write_text("email,firstName\na@example.com,Ana\n")
    with committed():
        call_command("import_worksheet", str(tmp_path / "list.csv"), "--key", "email", stdout=StringIO())


def waiting(kind: str = comparing_soon.KIND) -> list[Job]:
    return list(Job.objects.filter(kind=kind, state="queued"))


def test_who_joined_a_rule_by_an_import_is_stored_soon_after_it(imported):
    run_job.func(str(waiting()[0].pk))

    event = MembershipEvent.objects.get()
    assert (event.joined, event.cause) == (True, "import")


def test_a_comparison_that_is_over_has_looked_at_all_clusters(imported):
    run_job.func(str(waiting()[0].pk))

    job = Job.objects.get(kind=comparing_soon.KIND)
    assert (job.state, job.done, job.total) == ("done", 1, 1)


def test_who_left_by_an_undo_is_stored_soon_after_it(imported, operator, committed):
    run_job.func(str(waiting()[0].pk))
    undo = running.open_undo(ChangeSet.objects.latest("id"), by=operator)
    with committed():
        running.run(undo, by=operator)
    run_job.func(str(waiting()[0].pk))

    event = MembershipEvent.objects.latest("id")
    assert (event.joined, event.cause) == (False, "undo")


def test_one_comparison_waits_however_much_is_written_meanwhile(annas, committed):
    with committed():
        comparing_soon.compare_soon("CL")
        comparing_soon.compare_soon("AD")
        comparing_soon.compare_soon("CL", "firstName")

    assert len(waiting()) == 1
    assert not waiting(comparing_soon.KIND_OF_SOME)


def test_what_is_taken_back_is_not_compared(annas, committed):
    with committed(), pytest.raises(ZeroDivisionError), transaction.atomic():
        comparing_soon.compare_soon("CL")
        _ = 1 / 0

    assert not Job.objects.exists()


def test_after_members_were_changed_only_clusters_that_their_field_decides_about_are_compared(annas, operator, committed):
    dealers = creating.create_cluster("Dealers", by=operator)
    both = creating.create_cluster("Annas who deal", rule="Annas=true OR Dealers=true", by=operator)
    with committed():
        change_members(dealers, "add", Selection(rule="firstName=Bia"), by=operator)
    (job,) = waiting(comparing_soon.KIND_OF_SOME)

    run_job.func(str(job.pk))

    job.refresh_from_db()
    assert job.result == {"clusters": 2, "joined": 2, "left": 0}
    assert set(MembershipEvent.objects.values_list("cluster", flat=True)) == {dealers.pk, both.pk}
    assert not waiting()
