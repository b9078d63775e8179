"""Everyone sees their own jobs; whoever minds the people sees all."""

from uuid import uuid4

import pytest
from django.urls import reverse

from crm.jobs.models import Job, JobState
from crm.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    def sign_in(role):
        user = User.objects.create_user(f"{role}@example.com", "correct horse battery", role)
        client.force_login(user)
        return user

    return sign_in


def add_job(by, **values):
    return Job.objects.create(kind="import", created_by=by, **values)


def listed(client):
    return {job.pk for job in client.get(reverse("jobs:list")).context["page"]}


def test_editor_sees_own_jobs_only(client, signed_in):
    editor = signed_in(Role.EDITOR)
    own = add_job(editor.pk)
    add_job(uuid4())

    assert listed(client) == {own.pk}


def test_administrator_sees_all_jobs(client, signed_in):
    signed_in(Role.ADMINISTRATOR)
    others = add_job(uuid4())

    assert listed(client) == {others.pk}


def test_progress_is_shown(client, signed_in):
    editor = signed_in(Role.EDITOR)
    add_job(editor.pk, state=JobState.RUNNING, subject="42", phase="Applying", done=1500, total=3000, rate=120.0)

    page = client.get(reverse("jobs:list")).content.decode()

    assert "Import of worksheet 42" in page
    assert "1,500 of 3,000" in page
    assert '<progress max="3000" value="1500"' in page


def test_fragment_answers_htmx(client, signed_in):
    signed_in(Role.EDITOR)

    page = client.get(reverse("jobs:list"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page


def test_waiting_job_is_stopped(client, signed_in):
    job = add_job(signed_in(Role.EDITOR).pk)

    response = client.post(reverse("jobs:cancel", args=[job.pk]))

    job.refresh_from_db()
    assert (response.status_code, job.state) == (302, JobState.CANCELLED)


def test_nobody_stops_another_persons_job(client, signed_in):
    signed_in(Role.EDITOR)
    job = add_job(uuid4())

    response = client.post(reverse("jobs:cancel", args=[job.pk]))

    job.refresh_from_db()
    assert (response.status_code, job.state) == (404, JobState.QUEUED)


@pytest.mark.parametrize("rows", [1, 3])
def test_number_of_queries_is_constant(client, signed_in, django_assert_max_num_queries, rows):
    user = signed_in(Role.EDITOR)
    for _ in range(rows):
        add_job(user.pk)

    with django_assert_max_num_queries(12):
        client.get(reverse("jobs:list"))


def test_phase_is_shown_in_the_readers_language(client, signed_in):
    editor = signed_in(Role.EDITOR)
    add_job(editor.pk, state=JobState.RUNNING, phase="applying")

    page = client.get(reverse("jobs:list"), headers={"accept-language": "es"}).content.decode()

    assert "Escribiendo" in page
