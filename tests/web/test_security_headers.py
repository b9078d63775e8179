"""What every answer carries, also those that failed."""

import psycopg
import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import override_settings
from django.urls import include, path

from crm.people.models import Role, User

pytestmark = pytest.mark.django_db

POLICY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}


def full() -> OSError:
    return OSError(28, "No space left on device")


FAILURES = {400: BadRequest(), 403: PermissionDenied(), 404: Http404(), 500: ZeroDivisionError(), 507: full()}


def fail(_request, status):
    if status == 503:
        raise away()
    raise FAILURES[status]


def away() -> OperationalError:
    error = OperationalError()
    error.__cause__ = psycopg.OperationalError()
    return error


handler400, handler500 = "crm.web.refusals.bad_request", "crm.health.server_error"
urlpatterns = [
    path("fail/<int:status>/", fail),
    path("open/", lambda _request: HttpResponse(headers={"Cache-Control": "max-age=60"})),
    path("", include("crm.urls")),
]


@pytest.fixture
def client(client):
    client.force_login(User.objects.create_user("rea@example.com", "x", Role.READER))
    client.raise_request_exception = False
    return client


def assert_private(answer):
    assert {name: answer.headers.get(name) for name in POLICY} == POLICY
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("status", [400, 403, 404, 500, 503, 507])
def test_failures_carry_the_policy(client, status):
    answer = client.get(f"/fail/{status}/")

    assert answer.status_code == status
    assert_private(answer)


@pytest.mark.parametrize("status", [413, 503, 507])
def test_refused_bodies_carry_the_policy(client, status):
    answer = client.post("/", **{"crm.refused_body": status})

    assert answer.status_code == status
    assert_private(answer)


def test_failures_before_the_session_is_known_carry_the_policy(client, monkeypatch):
    def fail(*_words):
        raise away()

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", fail)

    answer = client.get("/")

    assert answer.status_code == 503
    assert_private(answer)


def test_a_strange_host_is_refused_with_the_policy(client):
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert_private(answer)


@pytest.mark.parametrize("address", ["/", "/crm/CL/", "/account/", "/clusters/", "/worksheets/", "/readyz"])
def test_pages_are_private(client, address):
    assert_private(client.get(address))


@override_settings(ROOT_URLCONF=__name__)
def test_what_a_view_says_of_itself_stays(client):
    assert client.get("/open/")["Cache-Control"] == "max-age=60"
