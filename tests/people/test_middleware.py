"""Strangers see the way in and nothing else."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from crm.people.actors import Actor
from crm.people.middleware import SignInRequired

pytestmark = pytest.mark.django_db

CLOSED = [
    "/",
    "/crm/CL/",
    "/schema/",
    "/worksheets/",
    "/clusters/",
    "/jobs/",
    "/people/",
    "/people/audit/",
    "/account/",
    "/nowhere/",
]


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_is_sent_to_sign_in(client, method, address):
    response = getattr(client, method)(address)

    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={address}")


@pytest.mark.parametrize("address", ["/sign-in/", "/healthz"])
def test_stranger_sees_the_way_in_and_the_pulse(client, address):
    assert client.get(address).status_code == 200


def test_api_never_sends_a_stranger_to_a_page(client):
    response = client.get("/api/dataentities/CL/search")

    assert response.status_code in {401, 403}
    assert response["Content-Type"] == "application/json"


def test_request_knows_its_actor(reader):
    request = RequestFactory().get("/")
    request.user = reader

    SignInRequired(lambda _request: HttpResponse())(request)

    assert request.actor == Actor(reader, "page")


def test_pages_speak_the_persons_language(as_reader, reader):
    reader.language = "pt-br"
    reader.save(update_fields=["language"])

    assert as_reader.get("/account/")["Content-Language"] == "pt-br"


def test_without_a_choice_the_browser_decides(as_reader):
    assert as_reader.get("/account/", headers={"accept-language": "es"})["Content-Language"] == "es"
