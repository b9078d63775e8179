"""What belongs to somebody, asked for by its owner and by others in every role: pages, downloads, lists, commands, jobs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from crm.jobs import control
from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records import undoing
from crm.records.models import ChangeSet
from crm.worksheets.importing import import_jobs
from crm.worksheets.models import Worksheet, WorksheetState

pytestmark = pytest.mark.django_db

SECRET = "layoffs-in-march.csv"
ROWS = "email\nana@example.com\nno address\n"
OVERSEERS = {Role.MANAGER, Role.ADMINISTRATOR}
OTHERS = [pytest.param(role, role in OVERSEERS, id=role.name) for role in Role]

GET = ["", "changes/", "rows/created/", "refused/", "errors/"]
POST = [
    ("", {"do": "discard"}),
    ("", {"do": "rehearse"}),
    ("do/", {"do": "stop"}),
    ("do/", {"do": "go_on"}),
    ("do/", {"do": "review"}),
]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner@example.com", None, Role.EDITOR, name="Olga")


@pytest.fixture
def worksheet(owner) -> Worksheet:
    """An editor's, uploaded and rehearsed: one row is created, one refused."""
    upload = SimpleUploadedFile(SECRET, ROWS.encode())
    browser(owner).post("/worksheets/new/", {"entity": "CL", "file": upload})
    return Worksheet.objects.get(state=WorksheetState.REHEARSED, created_by=owner)


@pytest.fixture
def imported(worksheet, owner) -> Worksheet:
    control.run_here(import_jobs.prepare_import(worksheet, by=Actor(owner, "page")))
    worksheet.refresh_from_db()
    return worksheet


@pytest.fixture
def other():
    def of(role: Role) -> Client:
        return browser(User.objects.create_user(f"other-{role.name.lower()}@example.com", None, role))

    return of


@pytest.mark.parametrize(("role", "passes"), OTHERS)
@pytest.mark.parametrize("part", GET)
def test_import_of_another_is_opened_by_managers(worksheet, other, role, passes, part):
    answer = other(role).get(f"{worksheet.get_absolute_url()}{part}")

    assert (answer.status_code != 403) is passes


@pytest.mark.parametrize(("role", "passes"), OTHERS)
@pytest.mark.parametrize(("part", "sent"), POST)
def test_import_of_another_is_changed_by_managers(worksheet, other, role, passes, part, sent):
    answer = other(role).post(f"{worksheet.get_absolute_url()}{part}", sent)

    assert (answer.status_code != 403) is passes
    assert passes or Worksheet.objects.filter(pk=worksheet.pk, state=WorksheetState.REHEARSED).exists()


@pytest.mark.parametrize("part", GET)
def test_own_import_is_opened(worksheet, owner, part):
    assert browser(owner).get(f"{worksheet.get_absolute_url()}{part}").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_import_of_a_command_belongs_to_nobody(worksheet, other, role):
    Worksheet.objects.update(created_by=None)

    assert (other(role).get(worksheet.get_absolute_url()).status_code != 403) is (role in OVERSEERS)


@pytest.mark.parametrize(("role", "passes"), OTHERS)
@pytest.mark.parametrize("address", ["/worksheets/", "/"])
def test_lists_name_the_file_of_another_to_managers(worksheet, other, role, passes, address):
    page = other(role).get(address).content.decode()

    assert (SECRET in page) is passes
    assert (f'href="{worksheet.get_absolute_url()}"' in page) is passes


def test_whoever_imports_sees_that_an_import_was(worksheet, other):
    page = other(Role.EDITOR).get("/worksheets/").content.decode()

    assert "Olga" in page
    assert f"#{worksheet.number}" in page
    assert "Rehearsed; nothing is written yet." in page


def test_readers_see_no_imports(worksheet, other):
    assert "Olga" not in other(Role.READER).get("/worksheets/").content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR])
def test_reason_of_a_failure_is_kept_from_others(worksheet, other, role):
    Worksheet.objects.update(state=WorksheetState.FAILED, problem="Row 2, email: “no address” is none")

    assert "no address" not in other(role).get("/worksheets/").content.decode()


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_command_menu_finds_the_file_of_another_for_managers(worksheet, other, role, passes):
    page = other(role).get("/search/found/", {"q": "layoffs"}).content.decode()

    assert (SECRET in page) is passes


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_histories_lead_to_the_import_of_another_for_managers(imported, other, role, passes):
    record = imported.change_set and "/crm/CL/?email=ana@example.com"
    client = other(role)
    address = client.get(record).content.decode().split('href="/crm/CL/')
    record_id = next(
        part.split('"')[0].strip("/") for part in address[1:] if len(part.split('"')[0]) > 30 and "?" not in part.split('"')[0]
    )

    page = client.get(f"/crm/CL/{record_id}/history/").content.decode()

    assert f"#{imported.number}" in page
    assert SECRET not in page
    assert (f'href="{imported.get_absolute_url()}"' in page) is passes


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_before_image_of_another_is_for_managers(imported, other, role, passes):
    assert (other(role).get(f"{imported.get_absolute_url()}before/").status_code != 403) is passes


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_import_of_another_is_undone_by_managers(imported, other, role, passes):
    answer = other(role).post("/worksheets/undo/", {"change_set": imported.change_set})

    assert (answer.status_code != 403) is passes


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_job_of_another_is_seen_and_stopped_by_managers(owner, other, role, passes):
    job, client = Job.objects.create(kind="import", subject="7", created_by=owner.pk), other(role)

    is_listed = f"/jobs/{job.pk}/cancel/" in client.get("/jobs/").content.decode()
    answer = client.post(f"/jobs/{job.pk}/cancel/")

    assert (is_listed, answer.status_code) == (passes, 302 if passes else 404)


@pytest.mark.parametrize("role", Role)
def test_publishing_of_another_is_seen_and_stopped_by_administrators(owner, other, role):
    job = Job.objects.create(kind="publish", subject="CL", created_by=owner.pk)

    answer = other(role).post(f"/jobs/{job.pk}/cancel/")

    assert answer.status_code == (302 if role == Role.ADMINISTRATOR else 404)


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_command_resumes_the_import_of_another_for_managers_alone(imported, other, role):
    other(role)

    with pytest.raises(CommandError, match="does not let you"):
        call_command("resume_import", str(imported.number), "--as", f"other-{role.name.lower()}@example.com")


@pytest.mark.parametrize(("role", "passes"), OTHERS)
def test_histories_name_an_undone_file_to_managers(imported, other, role, passes):
    undo = undoing.open_undo(ChangeSet.objects.get(pk=imported.change_set), by=Actor.operator())
    undoing.run(undo, by=Actor.operator())

    page = other(role).get("/").content.decode()

    assert f"by undoing #{imported.number}" in page
    assert (SECRET in page) is passes
