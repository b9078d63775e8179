"""A cluster's label, owner, rule and state can be changed; its name and its members stay."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import transaction

from clusters import membership
from clusters.catalogue import changing, creating, lookup
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.models import Cluster
from crm.extensions import extensions
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(operator) -> Cluster:
    return creating.create_cluster("Dealers", by=operator)


def default_form():
    return DataEntity.objects.get(acronym="CL").forms.get(is_default=True).content()


def said(name, *arguments, **options):
    output = StringIO()
    call_command(name, *arguments, "--json", stdout=output, **options)
    return json.loads(output.getvalue())


def test_a_new_label_shows_on_the_chip_and_as_the_fields_label(dealers, manager):
    change_cluster(dealers, ClusterChange(label="Resellers"), by=manager)

    assert Cluster.objects.get().label == "Resellers"
    assert current.entity("CL").field("Dealers").label == "Resellers"
    assert extensions.cluster_fields("CL")["Dealers"].label == "Resellers"
    assert dealers.name == "Dealers"


def test_a_label_publishes_nothing_else_of_the_fields_draft(dealers, manager):
    editing.change_field(Field.objects.get(name="Dealers"), description="half an idea")

    change_cluster(dealers, ClusterChange(label="Resellers"), by=manager)

    assert current.entity("CL").field("Dealers").description == ""
    assert Field.objects.get(name="Dealers").description == "half an idea"


def test_two_clusters_of_one_label_are_refused(dealers, manager):
    creating.create_cluster("VIP", by=manager)

    with pytest.raises(lookup.InvalidCluster, match="exists already"):
        change_cluster(dealers, ClusterChange(label="vip", description="x"), by=manager)

    assert Cluster.objects.get(name="Dealers").description == ""
    assert (dealers.label, dealers.description) == ("Dealers", "")


def test_an_archived_cluster_leaves_form_and_list_and_keeps_its_members(dealers, manager, customers):
    ana = saving.create(customers, {"email": "ana@example.com", "Dealers": True}, by=manager)

    change_cluster(dealers, ClusterChange(archived=True), by=manager)

    assert "Dealers" not in {*default_form().placed, *default_form().listed, *default_form().filters}
    assert extensions.cluster_fields("CL") == {}
    assert lookup.readable(manager) == []
    assert lookup.readable(manager, archived=True) == [dealers]
    assert list(membership.members(dealers)) == [ana]


def test_a_cluster_comes_back_from_the_archive(dealers, manager):
    change_cluster(dealers, ClusterChange(archived=True), by=manager)

    change_cluster(dealers, ClusterChange(archived=False), by=manager)

    assert "Dealers" in default_form().placed
    assert lookup.readable(manager) == [dealers]


def test_a_removed_field_archives_its_cluster_for_as_long_as_it_is_gone(dealers, operator):
    editing.hide_field(Field.objects.get(name="Dealers"))
    publishing.publish(by=operator)

    assert lookup.readable(operator, archived=True) == [dealers]
    with pytest.raises(lookup.InvalidCluster, match="restore it in the schema first"):
        change_cluster(dealers, ClusterChange(archived=False), by=operator)

    editing.restore_field(Field.objects.get(name="Dealers"))
    publishing.publish(by=operator)

    assert lookup.readable(operator) == [dealers]


def test_the_owner_is_an_active_person_or_nobody(dealers, manager, editor):
    change_cluster(dealers, ClusterChange(owner="EDITOR@example.com"), by=manager)
    assert Cluster.objects.get().owner == editor.user

    with pytest.raises(lookup.InvalidCluster, match="no active user"):
        change_cluster(dealers, ClusterChange(owner="nobody@example.com"), by=manager)

    change_cluster(dealers, ClusterChange(owner=""), by=manager)
    assert Cluster.objects.get().owner is None


def test_a_cluster_by_hand_has_no_rule_to_change(dealers, manager):
    with pytest.raises(lookup.InvalidCluster, match="has no rule to change"):
        change_cluster(dealers, ClusterChange(rule="isCorporate=true"), by=manager)


def test_an_editor_changes_nothing(dealers, editor):
    with pytest.raises(PermissionDenied):
        change_cluster(dealers, ClusterChange(description="mine"), by=editor)


def test_the_audit_trail_says_what_was_changed_without_the_words(dealers, manager):
    change_cluster(dealers, ClusterChange(description="Ana and her friends", colour=3), by=manager)

    event = AuditEvent.objects.filter(verb="cluster-changed").get()
    assert (event.subject, event.details) == ("Dealers", {"what": ["description", "colour"]})


def test_the_command_changes_all_at_once_and_names_the_publication(dealers):
    facts = said("change_cluster", "Dealers", "--label", "Resellers", "--description", "They resell")

    assert facts == {"cluster": "Dealers", "publication": Publication.objects.first().number}
    assert said("list_clusters")["clusters"][0]["label"] == "Resellers"
    assert Cluster.objects.get().description == "They resell"


def test_the_command_archives_and_restores(dealers):
    said("change_cluster", "Dealers", "--archive")
    assert [c["archived"] for c in said("list_clusters", "--archived")["clusters"]] == [True]
    assert said("list_clusters")["clusters"] == []

    said("change_cluster", "Dealers", "--restore")
    assert [c["cluster"] for c in said("list_clusters")["clusters"]] == ["Dealers"]


def test_the_command_knows_no_other_cluster(db):
    with pytest.raises(CommandError, match="There is no cluster Nobody"):
        call_command("change_cluster", "Nobody", "--label", "x")


@pytest.mark.parametrize("description", ["x" * 1001, "a\0b"])
def test_a_description_that_cannot_be_stored_is_refused_and_nothing_else_changes(dealers, manager, description):
    with pytest.raises(lookup.InvalidCluster, match="at most 1,000 characters"):
        change_cluster(dealers, ClusterChange(label="Resellers", description=description), by=manager)

    assert Cluster.objects.get().label == dealers.label == "Dealers"


def test_a_change_that_is_tried_again_is_stored(dealers, manager, monkeypatch):
    attempts: list[dict] = []

    def twice(act, _patience):
        with transaction.atomic():
            attempts.append(act())
            transaction.set_rollback(True)
        attempts.append(act())
        return attempts[-1]

    monkeypatch.setattr(changing, "under_publishing_lock", twice)
    change_cluster(dealers, ClusterChange(description="They resell"), by=manager)

    assert attempts == [{"description": "They resell"}] * 2
    assert Cluster.objects.get().description == dealers.description == "They resell"
