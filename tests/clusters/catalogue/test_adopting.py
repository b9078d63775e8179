"""A cluster of a field that is there already."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from clusters import membership
from clusters.catalogue import adopting, creating, deleting
from clusters.catalogue.lookup import InvalidCluster
from clusters.models import Cluster
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def wholesale(operator):
    """A yes/no field of the customers, set for one of two."""
    definition = new_fields.new_definition("Wholesale", "Boolean", label="Wholesale buyers", required=True)
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), definition, by=operator)
    for email, value in (("ana@example.com", True), ("bia@example.com", False)):
        saving.create(current.models()["CL"], {"email": email, "Wholesale": value}, by=operator)


def test_field_becomes_a_cluster_of_those_who_have_it_set(wholesale, operator):
    cluster = adopting.adopt_field("Wholesale", by=operator)

    assert (cluster.name, cluster.label, membership.kind_of(cluster)) == ("Wholesale", "Wholesale buyers", "hand")
    assert membership.members(cluster).count() == 1


def test_fields_of_clusters_and_built_in_ones_are_not_offered(wholesale, operator):
    creating.create_cluster("Dealers", by=operator)

    assert [field.name for field in adopting.adoptable_fields("CL", reader=operator)] == ["Wholesale"]


def test_deleted_cluster_whose_field_was_kept_comes_back_with_its_members(wholesale, operator):
    cluster = adopting.adopt_field("Wholesale", by=operator)
    deleting.delete_cluster(cluster, by=operator)

    call_command("create_cluster", "Wholesale", "--json", stdout=(output := StringIO()))

    assert json.loads(output.getvalue())["members"] == 1


@pytest.mark.parametrize("name", ["email", "isNewsletterOptIn", "nothing"])
def test_other_fields_are_refused(wholesale, operator, name):
    with pytest.raises(InvalidCluster, match="no yes/no field"):
        adopting.adopt_field(name, by=operator)


def test_editor_may_not_make_a_cluster_of_a_field(wholesale, editor):
    with pytest.raises(PermissionDenied):
        adopting.adopt_field("Wholesale", by=editor)


def test_page_makes_a_cluster_of_a_field(wholesale, manager_client):
    assert "Wholesale buyers" in manager_client.get("/clusters/new/from-field/").content.decode()

    answer = manager_client.post("/clusters/new/from-field/", {"field": "Wholesale"})

    assert answer["Location"] == "/clusters/Wholesale/"
    assert "Every yes/no field is a cluster already" in manager_client.get("/clusters/new/from-field/").content.decode()


def test_new_cluster_called_like_a_field_is_asked_about(wholesale, manager_client):
    asked = manager_client.post("/clusters/new/", {"label": "wholesale buyers"})
    assert asked.status_code == 422
    assert "which is no cluster yet" in asked.content.decode()
    assert not Cluster.objects.exists()

    manager_client.post("/clusters/new/", {"label": "wholesale buyers", "adopt": "Wholesale"})
    assert Cluster.objects.get().field == "Wholesale"
