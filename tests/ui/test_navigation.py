"""The navigation leads where a person may go, and marks where she is."""

import pytest
from django.test import RequestFactory

from crm.extensions import SiteLink, extensions
from crm.people.models import Role
from crm.schema.generated import current
from crm.ui.navigation import build_navigation, places

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(person_of):
    """The request of the person of a role for an address."""

    def asked(role: Role, address: str = "/"):
        request = RequestFactory().get(address)
        request.actor = person_of(role)
        request.user = request.actor.user
        request.entities = list(current.models())
        return request

    return asked


def test_packages_give_their_pages_in_the_order_of_their_numbers(ask):
    assert [place.url for place in build_navigation(ask(Role.READER)).work] == ["/clusters/", "/worksheets/"]


def test_a_page_is_offered_to_those_who_may(ask, monkeypatch):
    monkeypatch.setattr(extensions, "navigation", {1: SiteLink("Parts", "/parts/", "schema")})

    offered = {role: [place.label for place in build_navigation(ask(role)).work] for role in Role}

    assert offered == {role: ["Parts"] if role == Role.ADMINISTRATOR else [] for role in Role}


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", "/"),
        ("/crm/CL/new/", "/crm/CL/"),
        ("/crm/incomplete/AD/", "/crm/AD/"),
        ("/clusters/VIP/", "/clusters/"),
        ("/jobs/", "/jobs/"),
        ("/account/", "/account/"),
    ],
)
def test_one_place_is_marked(ask, address, current):
    assert [place.url for place in places(ask(Role.ADMINISTRATOR, address)) if place.current] == [current]
