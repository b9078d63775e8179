"""The page of all entities, and the navigation that leads there when there are many."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from crm.people.models import Role, User
from crm.schema.definitions import EntityDefinition
from crm.schema.generated import current

MANY = 41


@pytest.fixture
def entities(db, monkeypatch):
    """How many entities there are, without their tables: beside the built-in ones some that are called Thing."""
    snapshot = current.newest().snapshot

    def made(count: int) -> None:
        things = [f"{'TU'[place // 26]}{chr(65 + place % 26)}" for place in range(count - len(snapshot.entities))]
        fresh = {name: EntityDefinition(name, {"en": f"Thing {name}"}) for name in things}
        found = current.GeneratedModels(0, replace(snapshot, entities={**snapshot.entities, **fresh}))
        monkeypatch.setattr(current, "newest", lambda: found)

    return made


@pytest.fixture
def browse(client: Client, db) -> Client:
    client.force_login(User.objects.create_user("edna@example.com", "x", Role.EDITOR))
    return client


def navigated(page: str) -> list[str]:
    """The addresses of entities in the navigation, once."""
    return re.findall(r'<a href="(/crm/[^"]*)"', page.split("<nav")[1].split("</nav>", maxsplit=1)[0])


def test_few_entities_are_all_in_the_navigation(browse, entities):
    entities(40)

    addresses = navigated(browse.get("/account/").text)

    assert len(addresses) == 40
    assert "/crm/" not in addresses


def test_of_many_entities_ten_and_where_one_is_are_shown_and_a_page_has_all(browse, entities):
    entities(MANY)

    page = browse.get("/crm/").text
    there = navigated(browse.get("/crm/UA/new/").text)

    assert len(navigated(page)) == 11
    assert there[10:] == ["/crm/UA/", "/crm/"]
    assert f"All {MANY} entities" in page
    assert page.count('<td><a href="/crm/') == MANY


@pytest.mark.parametrize(
    ("text", "found"),
    [("thíng uc", ["UC"]), ("CL", ["CL"]), ("custom", ["CL"]), ("nothing at all", []), ("\0", None), ("<b>", [])],
)
def test_entities_are_found_by_name_and_acronym(browse, entities, text, found):
    entities(MANY)

    page = browse.get("/crm/", {"_q": text}).text

    listed = re.findall(r'<td><a href="/crm/(\w+)/">', page)
    assert listed == found if found is not None else len(listed) == MANY
    assert ("Nothing matches." in page) == (found == [])
    assert ("Show all" in page) == (found is not None)


@pytest.mark.parametrize("count", [3, MANY])
def test_it_asks_the_database_as_often_for_many_as_for_few(browse, entities, count, django_assert_num_queries):
    entities(count)
    browse.get("/crm/")

    with django_assert_num_queries(3):
        browse.get("/crm/")


def test_who_may_not_read_sees_none(browse, entities, monkeypatch):
    monkeypatch.setattr("crm.records.views.entities.may", lambda _who, _verb, acronym=None: acronym == "CL")
    entities(MANY)

    assert re.findall(r'<td><a href="/crm/(\w+)/">', browse.get("/crm/").text) == ["CL"]
