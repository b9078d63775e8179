"""An entity goes and comes back, or goes for good with exactly the records that somebody counted (R-50)."""

import pytest
from django.db import connection

from clusters.catalogue import creating
from crm.people.actors import Actor
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.schema import errors, jobs
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Form
from crm.schema.publishing import draft_and_publish, publishing, removing
from crm.schema.publishing.tables import drift

pytestmark = pytest.mark.django_db
BY = Actor.operator()


@pytest.fixture
def parts():
    """An entity with two records."""
    editing.create_entity("PT", "Parts")
    entity = DataEntity.objects.get(acronym="PT")
    for name, kind in (("code", "Varchar 50"), ("number", "Auto Increment"), ("plan", "File")):
        editing.add_field(entity, new_fields.new_definition(name, kind))
    publishing.publish(by=BY)
    for code in "ab":
        saving.create(current.models()["PT"], {"code": code}, by=BY, record_id=code)
    return entity


def tables() -> list[str]:
    return [table for table in connection.introspection.table_names() if table.startswith("record_")]


def test_a_removed_entity_is_no_longer_there_and_its_table_is(parts):
    publication = removing.remove("PT", by=BY)

    assert "PT" not in current.models()
    assert "record_pt" in tables()
    assert [step["kind"] for step in publication.operations] == ["RemoveEntity"]
    assert not DataEntity.objects.filter(acronym="PT").exists()
    assert drift.drift() == []
    assert AuditEvent.objects.first().verb == "remove-entity"


def test_a_restored_entity_is_as_it_was(parts):
    before, form = current.entity("PT"), Form.objects.get(entity=parts).design
    removing.remove("PT", by=BY)

    publication = removing.restore("PT", by=BY)

    assert current.entity("PT") == before
    assert [record.code for record in current.models()["PT"].objects.order_by("pk")] == ["a", "b"]
    assert Form.objects.get(entity=parts).design == form
    assert [step["kind"] for step in publication.operations] == ["RestoreEntity"]
    assert publishing.make_plan().steps == []


def test_what_is_published_meanwhile_leaves_a_removed_entity_alone(parts):
    removing.remove("PT", by=BY)

    draft_and_publish.add_and_publish(
        DataEntity.objects.get(acronym="CL"), new_fields.new_definition("tier", "Varchar 50"), by=BY
    )
    publishing.publish(by=BY)
    removing.restore("PT", by=BY)

    assert current.models()["PT"].objects.count() == 2
    assert current.entity("CL").field("tier") is not None


def test_a_removed_entitys_acronym_is_not_free(parts):
    removing.remove("PT", by=BY)

    with pytest.raises(errors.InvalidName, match="Restore it, or delete it for good first"):
        editing.create_entity("PT", "Parties")


def test_a_built_in_entity_stays(customers):
    with pytest.raises(UnpublishableSchema, match="built in"):
        removing.remove("CL", by=BY)
    with pytest.raises(UnpublishableSchema, match="built in"):
        jobs.start_deletion("CL", 0, by=BY)


def test_an_entity_that_others_point_to_stays(parts):
    owner = FieldDefinition("part", "Relationship", options={"entity": "PT"})
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), owner, by=BY)

    for goes in (lambda: removing.remove("PT", by=BY), lambda: jobs.start_deletion("PT", 2, by=BY)):
        with pytest.raises(UnpublishableSchema, match="part of Customers points to the entity PT"):
            goes()

    assert "PT" in current.models()


def test_an_entity_of_clusters_stays_and_names_them(parts):
    creating.create_cluster("Big ones", rule="code=a", entity="PT", by=BY)

    with pytest.raises(UnpublishableSchema, match="Parts stays while Cluster Big ones needs it"):
        removing.remove("PT", by=BY)


@pytest.mark.parametrize("goes", [removing.remove, removing.restore])
def test_what_is_not_there_neither_goes_nor_comes(goes):
    with pytest.raises(UnpublishableSchema, match="XX"):
        goes("XX", by=BY)


def test_hidden_fields_come_back_hidden(parts):
    editing.hide_field(Field.objects.get(entity=parts, name="code"))
    publishing.publish(by=BY)
    removing.remove("PT", by=BY)

    removing.restore("PT", by=BY)

    assert [field.name for field in current.entity("PT").hidden_fields] == ["code"]
