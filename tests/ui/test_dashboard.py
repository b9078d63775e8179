"""The dashboard: what is there, for whom."""

import pytest
from django.test import Client

from clusters.catalogue import creating
from crm.people.actors import Actor
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db


def panels(client: Client) -> dict[str, dict]:
    return {panel.template: panel.context for panel in client.get("/").context["panels"]}


def test_empty_site_says_how_to_begin(sign_in):
    page = sign_in(Role.MANAGER).get("/").content.decode()

    assert "Nobody is here yet" in page
    for address in ("/worksheets/new/", "/clusters/new/", "/crm/CL/new/"):
        assert f'href="{address}"' in page


def test_numbers_clusters_and_changes_are_those_of_the_database(sign_in):
    operator = Actor.operator()
    for label in ("Dealers", "VIP"):
        creating.create_cluster(label, by=operator)
    customers = current.models()["CL"]
    saving.create(customers, {"email": "ana@example.com", "VIP": True}, by=operator)
    saving.create(customers, {"email": "bia@example.com", "VIP": True, "Dealers": True}, by=operator)
    for name in ("caio", "davi"):
        saving.create(customers, {"email": f"{name}@example.com"}, by=operator)

    shown = panels(sign_in(Role.READER))

    assert [(n.entity.acronym, n.count) for n in shown["records/_numbers.html"]["numbers"]] == [("CL", 4), ("AD", 0)]
    rows = shown["clusters/_sizes.html"]["rows"]
    assert [(row["cluster"].name, row["members"], row["percent"]) for row in rows] == [("VIP", 2, 50), ("Dealers", 1, 25)]
    assert len(shown["records/_last_changes.html"]["rows"]) == 4


def test_imports_are_shown_to_who_may_import(sign_in):
    Worksheet.objects.create(entity="CL", name="dealers.csv")

    assert "worksheets/_last_imports.html" in panels(sign_in(Role.EDITOR))
    assert "worksheets/_last_imports.html" not in panels(sign_in(Role.READER))


def test_reader_is_offered_nothing_that_she_may_not_do(sign_in):
    page = sign_in(Role.READER).get("/").content.decode()

    for address in ("/worksheets/new/", "/clusters/new/", "/crm/CL/new/", "/schema/", "/people/"):
        assert f'href="{address}"' not in page


@pytest.mark.parametrize("clusters", [1, 3])
def test_number_of_queries_is_constant(clusters, django_assert_max_num_queries, sign_in):
    for number in range(clusters):
        creating.create_cluster(f"Group{number}", by=Actor.operator())
    client = sign_in(Role.ADMINISTRATOR)

    with django_assert_max_num_queries(12):
        client.get("/")
