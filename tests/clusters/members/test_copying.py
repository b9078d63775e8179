"""A copy of a cluster."""

import pytest

from clusters import membership
from clusters.catalogue import creating
from clusters.catalogue.lookup import InvalidCluster
from clusters.members import copying
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.people.models import Role

pytestmark = pytest.mark.django_db


def test_copy_of_a_cluster_by_hand_has_the_same_members_and_a_life_of_its_own(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)

    copy = copying.copy_cluster(dealers, "Dealers 2026", by=operator)
    change_members(dealers, "remove", Selection(rule="firstName=Ana"), by=operator)

    assert set(membership.members(copy).values_list("firstName", flat=True)) == {"Ana", "Bia"}
    assert set(membership.members(dealers).values_list("firstName", flat=True)) == {"Bia"}


def test_copy_of_a_rule_has_the_rule(spenders, operator):
    rich = creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    Cluster.objects.filter(pk=rich.pk).update(description="Who spends")

    copy = copying.copy_cluster(Cluster.objects.get(pk=rich.pk), "Rich too", by=operator)

    copy.refresh_from_db()
    assert (membership.rule_text(copy), copy.description) == ("totalSpent>1000", "Who spends")
    assert copy.field != rich.field


def test_refused_copy_leaves_nothing(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)

    with pytest.raises(InvalidCluster):
        copying.copy_cluster(dealers, "Dealers", by=operator)

    assert Cluster.objects.count() == 1


def test_page_proposes_a_name_that_is_free(spenders, operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    assert 'value="Dealers, copy"' in manager_client.get("/clusters/Dealers/copy/").content.decode()
    assert manager_client.post("/clusters/Dealers/copy/", {"label": "Dealers, copy"})["Location"] == "/clusters/DealersCopy/"
    assert 'value="Dealers, copy 2"' in manager_client.get("/clusters/Dealers/copy/").content.decode()


def test_editor_may_not_copy(spenders, operator, sign_in):
    creating.create_cluster("Dealers", by=operator)

    assert sign_in(Role.EDITOR).get("/clusters/Dealers/copy/").status_code == 403
