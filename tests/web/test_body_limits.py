"""How much may be sent, by session and address."""

from io import BytesIO

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from crm.people.models import Role, User
from crm.web import body_limits
from crm.web.body_limits import MEGABYTE, SMALL_BYTES, LimitUnknown, allowed_bytes, discarded_bytes

pytestmark = pytest.mark.django_db
FORM = 10 * MEGABYTE
UPLOAD = FORM + 512 * MEGABYTE


@pytest.fixture
def user():
    return User.objects.create_user("ana@example.com", "correct horse battery", Role.EDITOR)


@pytest.fixture
def session(client, user):
    client.force_login(user)
    return client.cookies["sessionid"].value


def request(path, session=None):
    cookie = {} if session is None else {"HTTP_COOKIE": f"sessionid={session}"}
    return {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": BytesIO(), **cookie}


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/account/", FORM),
        ("/nowhere/", FORM),
        ("/worksheets/new/", UPLOAD),
        ("/crm/CL/new/", UPLOAD),
        ("/crm/CL/0b7f/", UPLOAD),
        ("/crm/CL/0b7f/delete/", FORM),
    ],
)
def test_somebody_signed_in_may_send_what_the_address_takes(session, path, most):
    assert allowed_bytes(request(path, session)) == most


@pytest.mark.parametrize("key", [None, "", "abc", "0kot2lfviudgol7cklpx5osp5roovy43"])
def test_a_cookie_is_no_session(key):
    assert allowed_bytes(request("/worksheets/new/", key)) == SMALL_BYTES


def test_a_session_that_is_over_is_none(session):
    Session.objects.update(expire_date=timezone.now())

    assert allowed_bytes(request("/worksheets/new/", session)) == SMALL_BYTES


def test_a_session_of_nobody_is_none(session, user):
    user.is_active = False
    user.save(update_fields=["is_active"])

    assert allowed_bytes(request("/worksheets/new/", session)) == SMALL_BYTES


def test_a_session_from_before_the_password_changed_is_none(session, user):
    user.set_password("another horse battery")
    user.save(update_fields=["password"])

    assert allowed_bytes(request("/worksheets/new/", session)) == SMALL_BYTES


def test_a_database_that_does_not_answer_is_no_stranger(session, monkeypatch):
    def away(_request):
        raise OperationalError

    monkeypatch.setattr(body_limits, "get_user", away)

    with pytest.raises(LimitUnknown):
        allowed_bytes(request("/worksheets/new/", session))


def test_only_who_was_signed_in_once_is_heard_out():
    assert discarded_bytes(request("/worksheets/new/", "over")) == UPLOAD
    assert discarded_bytes(request("/worksheets/new/")) == MEGABYTE


@pytest.mark.parametrize("status", [413, 507])
def test_refused_body_has_its_page(client, session, status):
    answer = client.post("/worksheets/new/", **{"crm.refused_body": status})

    assert answer.status_code == status
    assert answer.templates[0].name == f"{status}.html"


def test_upload_whose_session_has_ended_leads_to_the_sign_in(client):
    answer = client.post("/worksheets/new/", **{"crm.refused_body": 413})

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/worksheets/new/")


def test_a_stranger_is_told_that_it_is_too_large(client):
    answer = client.post("/sign-in/", **{"crm.refused_body": 413})

    assert (answer.status_code, "This is too large" in answer.text) == (413, True)


def test_fields_that_are_too_large_together_are_refused_with_the_same_page(client, session, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = client.post("/account/", {"name": "a" * 101})

    assert (answer.status_code, "This is too large" in answer.text) == (413, True)
