"""When the history of clusters is brought up to date without anybody asking for it."""

from io import StringIO

import pytest
from django.core.management import call_command

from clusters.catalogue import creating
from clusters.history import comparing_soon
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
def imported(annas, tmp_path):
    (tmp_path / "list.csv").write_text("email,firstName\na@example.com,Ana\n")
    call_command("import_worksheet", str(tmp_path / "list.csv"), "--key", "email", stdout=StringIO())


def waiting() -> list[Job]:
    return list(Job.objects.filter(kind=comparing_soon.KIND, state="queued"))


def test_who_joined_a_rule_by_an_import_is_stored_soon_after_it(imported):
    run_job.func(str(waiting()[0].pk))

    event = MembershipEvent.objects.get()
    assert (event.joined, event.cause) == (True, "import")


def test_who_left_by_an_undo_is_stored_soon_after_it(imported, operator):
    run_job.func(str(waiting()[0].pk))
    undo = running.open_undo(ChangeSet.objects.latest("id"), by=operator)
    running.run(undo, by=operator)
    run_job.func(str(waiting()[0].pk))

    event = MembershipEvent.objects.latest("id")
    assert (event.joined, event.cause) == (False, "undo")


def test_one_comparison_waits_however_much_is_written_meanwhile(annas):
    comparing_soon.compare_soon("CL")
    comparing_soon.compare_soon("AD")

    assert len(waiting()) == 1
