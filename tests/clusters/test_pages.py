"""Pages of the clusters."""

import pytest
from django.test import Client

from clusters.models import Cluster
from crm.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager_client() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("max@example.com", "x", Role.MANAGER))
    return client


def test_one_box_makes_a_cluster_and_lands_on_its_page(manager_client):
    answer = manager_client.post("/clusters/new/", {"label": "Dealers"}, follow=True)

    assert answer.redirect_chain == [("/clusters/Dealers/", 302)]
    for way in ("Pick customers", "Upload a list", "PATCH"):
        assert way in answer.content.decode()
    assert Cluster.objects.get().owner.email == "max@example.com"


def test_refusal_keeps_what_was_typed(manager_client):
    manager_client.post("/clusters/new/", {"label": "x" * 100})

    answer = manager_client.post("/clusters/new/", {"label": "x" * 101})

    assert answer.status_code == 422
    assert "x" * 101 in answer.content.decode()


def test_catalogue_shows_each_cluster_with_its_count(manager_client):
    manager_client.post("/clusters/new/", {"label": "Dealers"})

    page = manager_client.get("/clusters/").content.decode()

    assert "Dealers=true" in page


def test_stranger_sees_nothing():
    assert Client().get("/clusters/").url == "/sign-in/?next=/clusters/"


def test_reader_may_look_but_not_make():
    client = Client()
    client.force_login(User.objects.create_user("rea@example.com", "x", Role.READER))

    assert client.get("/clusters/").status_code == 200
    assert client.get("/clusters/new/").status_code == 403
