"""The command menu finds what the person who asks may see."""

import pytest
from django.test import Client

from clusters.catalogue import creating
from crm.people.actors import Actor
from crm.people.models import Role
from crm.records import command_menu
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in) -> Client:
    return sign_in(Role.ADMINISTRATOR)


def found(client: Client, text: str = "") -> dict[str, list[tuple[str, str]]]:
    """Label and address by heading."""
    answer = client.get("/search/found/", {"q": text}).json()
    return {group["heading"]: [(one["label"], one["url"]) for one in group["entries"]] for group in answer["groups"]}


def test_without_a_text_it_offers_places_and_beginnings(client):
    groups = found(client)

    assert ("Customers", "/crm/CL/") in groups["Go to"]
    assert ("New cluster", "/clusters/new/") in groups["Begin"]
    assert set(groups) == {"Go to", "Begin"}


def test_places_are_found_by_any_part_of_their_words(client):
    assert found(client, "CLUST new")["Begin"] == [("New cluster", "/clusters/new/")]
    assert found(client, "schem")["Go to"] == [("Schema", "/schema/")]


def test_clusters_and_worksheets_are_found_by_name(client):
    creating.create_cluster("Dealers", by=Actor.operator())
    worksheet = Worksheet.objects.create(entity="CL", name="dealers-may.csv")

    groups = found(client, "deal")

    assert groups["Clusters"] == [("Dealers", "/clusters/Dealers/")]
    assert groups["Worksheets"] == [("dealers-may.csv", worksheet.get_absolute_url())]


def test_records_are_found_by_their_words_and_by_an_exact_unique_value(client, monkeypatch):
    monkeypatch.setattr(command_menu, "NEWEST", 1)
    old = saving.create(current.models()["CL"], {"email": "ana@example.com", "firstName": "Ana"}, by=Actor.operator())
    new = saving.create(current.models()["CL"], {"email": "bea@example.com", "firstName": "Anabel"}, by=Actor.operator())

    assert found(client, "anab")["Customers"] == [("bea@example.com", f"/crm/CL/{new.pk}/")]
    assert found(client, "ANA@example.com")["Customers"] == [("ana@example.com", f"/crm/CL/{old.pk}/")]


def test_the_whole_list_can_be_searched_for_the_same_text(client):
    assert ("“ana & co” in Customers", "/crm/CL/?_q=ana+%26+co") in found(client, "ana & co")["Search everywhere"]


def test_a_reader_is_offered_nothing_that_she_may_not_do(sign_in):
    groups = found(sign_in(Role.READER))

    assert "Begin" not in groups
    assert "/schema/" not in [url for _label, url in groups["Go to"]]


def test_it_asks_the_database_as_often_for_many_records_as_for_few(client, django_assert_max_num_queries):
    for number in range(12):
        saving.create(current.models()["CL"], {"email": f"c{number}@example.com", "firstName": "Zoe"}, by=Actor.operator())

    found(client, "zoe")
    with django_assert_max_num_queries(25):
        assert len(found(client, "zoe")["Customers"]) == command_menu.OFFERED


@pytest.mark.parametrize("text", ["", "zzzz", "a" * 5000, "\0", "%_'\"\\", "<b>ana</b>", "approved=true AND (", "٣٣"])
def test_any_text_is_answered(client, text):
    answer = client.get("/search/", {"q": text})

    assert answer.status_code == 200
    assert "<b>ana" not in answer.content.decode()
    assert client.get("/search/found/", {"q": text}).json()["message"]


def test_strangers_find_nothing():
    assert Client().get("/search/found/", {"q": "ana"}).status_code in {302, 403}
