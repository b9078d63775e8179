"""Clusters that a new one might be mistaken for."""

import pytest

from clusters.catalogue import creating
from clusters.catalogue.similar import similar_cluster
from clusters.models import Cluster

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Dealers", "dealers"),
        ("Dealers", "Dealer"),
        ("Revendedor", "REVENDEDORES"),
        ("Funcionários", "funcionarios"),
        ("Promoção de verão", "Promoções de verao"),
        ("Cliente fiel", "Clientes fiéis"),
    ],
)
def test_other_spelling_is_found(there, new, operator):
    cluster = creating.create_cluster(there, by=operator)

    assert similar_cluster(new, "CL") == cluster


@pytest.mark.parametrize("new", ["Best dealers", "Deals", "Leaders", "!!!"])
def test_other_words_are_not(new, operator):
    creating.create_cluster("Dealers", by=operator)

    assert similar_cluster(new, "CL") is None


def test_page_asks_before_a_second_one_is_made(operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    asked = manager_client.post("/clusters/new/", {"label": "Dealer"})
    assert asked.status_code == 422
    assert "No, make another one" in asked.content.decode()
    assert 'value="Dealer"' in asked.content.decode()

    manager_client.post("/clusters/new/", {"label": "Dealer", "anyway": "1"})
    assert Cluster.objects.count() == 2


def test_same_name_is_not_offered_a_second_time(operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    asked = manager_client.post("/clusters/new/", {"label": "dealers"})
    assert "give the new one another name" in asked.content.decode()

    manager_client.post("/clusters/new/", {"label": "dealers", "anyway": "1"})
    assert Cluster.objects.count() == 1
