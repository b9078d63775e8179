"""Whoever left something running is told on her next page that it has ended."""

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse

from crm.jobs import notices
from crm.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(rf):
    """What a person with this session is told on a page."""
    session: dict = {}

    def visited(path: str = "/", *, watch: Job | None = None, **headers: str) -> list[tuple[str, str]]:
        request = rf.get(path, headers=headers)
        request.session, request._messages = session, Told()
        if watch:
            notices.watch(request, watch, label="Import of <a>.csv", url="/worksheets/1/")
        notices.JobNoticesMiddleware(lambda _request: HttpResponse())(request)
        return get_messages(request).told

    return visited


class Told:
    """The messages that a request was given."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        self.told.append((level, message))


def job(state: str) -> Job:
    return Job.objects.create(kind="import", state=state)


def test_what_runs_is_not_told(visit):
    assert visit(watch=job(JobState.RUNNING)) == []


def test_what_ended_is_told_once_with_a_link(visit):
    running = job(JobState.RUNNING)
    visit(watch=running)
    Job.objects.update(state=JobState.DONE)

    assert [visit(), visit()] == [
        [(25, 'Import of &lt;a&gt;.csv has ended. <a href="/worksheets/1/">See what came of it</a>')],
        [],
    ]


def test_a_failure_is_a_warning(visit):
    assert [level for level, _text in visit(watch=job(JobState.FAILED))] == [30]


def test_the_page_that_shows_it_says_it_itself(visit):
    assert visit("/worksheets/1/", watch=job(JobState.DONE)) == []
    assert visit() == []


def test_a_fragment_tells_nothing_and_forgets_nothing(visit):
    assert visit(watch=job(JobState.DONE), **{"HX-Request": "true"}) == []
    assert len(visit()) == 1


def test_who_waits_for_nothing_asks_the_database_nothing(visit, django_assert_num_queries):
    with django_assert_num_queries(0):
        visit()
