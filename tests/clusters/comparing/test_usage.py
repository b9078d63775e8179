"""What uses a cluster."""

import pytest

from clusters.catalogue import creating
from clusters.comparing.usage import used_by

pytestmark = pytest.mark.django_db


def test_rules_that_ask_for_it_are_named(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    creating.create_cluster("Rich dealers", rule="Dealers=true AND totalSpent>1000", by=operator)

    assert "Rich dealers" in [use.label for use in used_by(dealers)]


def test_page_says_that_nothing_uses_a_tier(spenders, operator, manager_client):
    creating.create_tiers("state", values=["SP"], by=operator)
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)

    page = manager_client.get("/clusters/SP/used-by/").content.decode()
    assert "Rich" not in page


def test_page_of_an_unknown_cluster_is_not_found(db, manager_client):
    assert manager_client.get("/clusters/Nothing/used-by/").status_code == 404
