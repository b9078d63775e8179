"""A cluster can be deleted: its field stays as an ordinary one, or goes if nothing needs it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from clusters.catalogue import creating, deleting, lookup
from clusters.models import Cluster
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(operator) -> Cluster:
    return creating.create_cluster("Dealers", by=operator)


def test_a_cluster_goes_and_its_field_stays_with_its_values(dealers, manager, customers):
    ana = saving.create(customers, {"email": "ana@example.com", "Dealers": True}, by=manager)

    deleting.delete_cluster(dealers, by=manager)

    assert not Cluster.objects.exists()
    assert current.models()["CL"].objects.get(pk=ana.pk).Dealers is True


def test_the_field_that_stays_is_an_ordinary_one_on_the_form(dealers, manager, customers):
    deleting.delete_cluster(dealers, by=manager)

    form = DataEntity.objects.get(acronym="CL").forms.get(is_default=True).content()
    assert [section.is_clusters for section in form.sections if "Dealers" in [place.field for place in section.places]] == [False]


def test_its_field_goes_with_it_and_can_be_restored_with_its_values(dealers, operator, customers):
    ana = saving.create(customers, {"email": "ana@example.com", "Dealers": True}, by=operator)

    deleting.delete_cluster(dealers, by=operator, with_field=True)

    form = DataEntity.objects.get(acronym="CL").forms.get(is_default=True).content()
    assert current.entity("CL").field("Dealers") is None
    assert "Dealers" not in {*form.placed, *form.listed, *form.filters}

    editing.restore_field(Field.objects.get(name="Dealers"))
    publishing.publish(by=operator)
    assert current.models()["CL"].objects.get(pk=ana.pk).Dealers is True


def test_a_field_that_a_rule_needs_stays_and_the_rule_is_named(dealers, operator):
    creating.create_cluster("Good ones", rule="Dealers=true", by=operator)

    assert [one.label for one in deleting.depends_on(dealers)] == ["Good ones"]
    with pytest.raises(lookup.InvalidCluster, match="needed by: Cluster Good ones"):
        deleting.delete_cluster(dealers, by=operator, with_field=True)
    assert Cluster.objects.filter(name="Dealers").exists()


def test_a_manager_deletes_a_cluster_but_no_field(dealers, manager, editor):
    with pytest.raises(PermissionDenied):
        deleting.delete_cluster(dealers, by=manager, with_field=True)
    with pytest.raises(PermissionDenied):
        deleting.delete_cluster(dealers, by=editor)

    deleting.delete_cluster(dealers, by=manager)

    assert AuditEvent.objects.filter(verb="cluster-deleted", subject="Dealers").exists()


def test_the_command_deletes_with_the_field(dealers):
    call_command("delete_cluster", "Dealers", "--with-field")

    assert current.entity("CL").field("Dealers") is None
