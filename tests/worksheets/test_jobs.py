"""The jobs of worksheets are known to whoever runs jobs, by kinds that queued tasks of earlier releases name too."""

import pytest

from crm.jobs import control, registry
from crm.jobs.errors import NotAllowed
from crm.people.actors import Actor
from crm.people.models import User
from crm.records import undoing
from crm.records.models import Undo
from crm.worksheets.importing import import_jobs, purging, undo_jobs


@pytest.mark.parametrize(
    ("kind", "handler"),
    [
        ("import", import_jobs.run_import),
        ("rehearse", import_jobs.run_rehearsal),
        ("undo", undo_jobs.run_undo),
        ("rehearse-undo", undo_jobs.run_rehearsal),
        ("purge-worksheets", purging.run_purge),
    ],
)
def test_each_kind_has_its_handler(kind, handler):
    assert registry.handler(kind) is handler


def test_old_worksheets_are_purged_daily():
    assert registry.intervals()["purge-worksheets"] == 86_400


def test_the_page_of_an_import_says_why_it_was_refused(upload, admin, client, customers):
    worksheet = upload("email\na@example.com\n", key="email")
    job = import_jobs.prepare_import(worksheet, by=Actor(User.objects.create_user("left@example.com", "x", "NOREMOVE"), "page"))
    User.objects.filter(email="left@example.com").update(is_active=False)

    with pytest.raises(NotAllowed):
        control.run_here(job)

    worksheet.refresh_from_db()
    assert (worksheet.state, customers.objects.count()) == ("failed", 0)
    client.force_login(admin.user)
    page = client.get(worksheet.get_absolute_url(), follow=True).text
    assert "The account of the person who started this is deactivated. So it was not run." in page


def test_the_page_of_an_undo_says_why_it_was_refused(import_text, admin, client, customers):
    done = import_text("email\na@example.com\n", key="email").worksheet
    manager = Actor(User.objects.create_user("left@example.com", "x", "POWER"), "page")
    undo = undoing.open_undo(undo_jobs.change_set_of(done), by=manager)
    job = undo_jobs.prepare_undo(undo, by=manager)
    User.objects.filter(email="left@example.com").update(role="NOREMOVE")

    with pytest.raises(NotAllowed):
        control.run_here(job)

    assert (Undo.objects.get().state, customers.objects.count()) == ("failed", 1)
    client.force_login(admin.user)
    assert "does not allow it any more. So it was not run." in client.get(undo.get_absolute_url()).text
