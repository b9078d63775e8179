"""Relationships to one's own entity and in circles: published, kept, removed and brought into another site."""

import copy

import pytest

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.errors import StillReferred
from crm.records.writing import saving
from crm.schema import errors
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import drafting, editing
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import publishing, removing
from crm.schema.transfer import importing, schema_document

pytestmark = pytest.mark.django_db
BY = Actor.operator()


def pointing(name: str, entity: str, display: str = "code") -> FieldDefinition:
    return FieldDefinition(name, "Relationship", labels={"en": name}, options={"entity": entity, "display": display})


@pytest.fixture
def circle():
    """Teams with a leader among people, who belong to a team and have a boss among themselves."""
    teams, people = editing.create_entity("TM", "Teams"), editing.create_entity("PP", "People")
    for entity in (teams, people):
        editing.add_field(entity, FieldDefinition("code", "Varchar 50", labels={"en": "Code"}))
    for entity, field in ((teams, pointing("leader", "PP")), (people, pointing("team", "TM")), (people, pointing("boss", "PP"))):
        editing.add_field(entity, field)
    publishing.publish(by=BY)
    return current.models()


@pytest.fixture
def staff(circle):
    """One team whose leader belongs to it and is her own boss."""
    team = saving.create(circle["TM"], {"code": "blue"}, by=BY, record_id="blue")
    saving.create(circle["PP"], {"code": "eva", "team": "blue"}, by=BY, record_id="eva")
    saving.update(circle["PP"].objects.get(pk="eva"), {"boss": "eva"}, by=BY)
    saving.update(team, {"leader": "eva"}, by=BY)
    return circle


def test_rules_follow_a_circle_as_far_as_they_say(client, staff):
    client.force_login(User.objects.create_user("ada@example.com", role=Role.ADMINISTRATOR))

    page = client.get("/crm/PP/", {"_where": "boss.code=eva AND team.code=blue"})

    assert 'href="/crm/PP/eva/"' in page.text


def test_records_in_a_circle_stay_or_go_together(staff):
    with pytest.raises(StillReferred) as refusal:
        saving.delete(staff["TM"].objects.get(pk="blue"), by=BY)

    assert refusal.value.counts == {"People": 1}
    assert saving.delete(staff["TM"].objects.get(pk="blue"), by=BY, with_referring=True) == 2
    assert not staff["PP"].objects.exists()


def test_an_entity_in_a_circle_is_removed_when_nothing_points_to_it_any_more(staff):
    with pytest.raises(UnpublishableSchema, match="team of People points to the entity TM"):
        removing.remove("TM", by=BY)

    editing.hide_field(Field.objects.get(entity__acronym="PP", name="team"))
    publishing.publish(by=BY)
    removing.remove("TM", by=BY)

    assert "TM" not in current.models()
    assert current.models()["PP"].objects.get().boss_id == "eva"


def test_what_points_to_a_removed_entity_comes_back_after_it(staff):
    field = Field.objects.get(entity__acronym="PP", name="team")
    editing.hide_field(field)
    publishing.publish(by=BY)
    removing.remove("TM", by=BY)
    editing.restore_field(field)

    with pytest.raises(UnpublishableSchema, match="points to the entity TM, which is not there"):
        publishing.publish(by=BY)

    removing.restore("TM", by=BY)
    publishing.publish(by=BY)
    assert current.models()["PP"].objects.get().team.leader.pk == "eva"


def test_an_entity_that_points_only_to_itself_is_removed(circle):
    nodes = editing.create_entity("ND", "Nodes")
    editing.add_field(nodes, pointing("parent", "ND", display=""))
    publishing.publish(by=BY)

    removing.remove("ND", by=BY)
    removing.restore("ND", by=BY)

    assert current.models()["ND"].entity.field("parent").options == {"entity": "ND"}


def test_a_circle_that_is_drafted_is_published_with_both_ends_or_not_at_all():
    left, right = editing.create_entity("LF", "Left"), editing.create_entity("RG", "Right")
    editing.add_field(left, pointing("other", "RG", display=""))
    editing.add_field(right, pointing("other", "LF", display=""))
    number = Publication.objects.first().number

    with pytest.raises(UnpublishableSchema, match="other of Left points to the entity RG, which is not there"):
        publishing.publish(drafting.entity_draft("LF"), by=BY)
    assert Publication.objects.first().number == number

    publishing.publish(by=BY)
    assert {"LF", "RG"} <= {entity.acronym for entity in publishing.published_snapshot()}


def test_a_schema_file_brings_a_circle_into_another_site(circle):
    document = schema_document.document()
    moved = {
        "format": document["format"],
        "entities": [renamed(document, "TM", "TN"), renamed(document, "PP", "QQ")],
        "clusters": [],
    }

    importing.import_document(moved, by=BY)

    for was, now in (("TM", "TN"), ("PP", "QQ")):
        assert shape(current.entity(now)) == [(name, NAMES.get(to, to), show) for name, to, show in shape(current.entity(was))]
    assert importing.import_document(moved, by=BY).operations == []


NAMES = {"TM": "TN", "PP": "QQ"}


def renamed(document: dict, was: str, now: str) -> dict:
    """The entity as if this site had never seen it, with what it points to."""
    entity = copy.deepcopy(next(entity for entity in document["entities"] if entity["acronym"] == was))
    for field in entity["fields"]:
        if target := field.get("options", {}).get("entity"):
            field["options"]["entity"] = NAMES[target]
    return {**entity, "acronym": now}


def shape(entity) -> list[tuple]:
    return [(field.name, field.options.get("entity"), field.options.get("display")) for field in entity.visible_fields]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"entity": "ZZ"}, "There is no entity ZZ"),
        ({"entity": "TM", "display": "size"}, "Teams has no field “size” that could be shown"),
        ({"entity": "TM", "display": "leader"}, "Teams has no field “leader” that could be shown"),
        ({}, "needs the option “entity”"),
    ],
)
def test_a_relationship_to_nowhere_is_refused_when_it_is_drafted(circle, options, reason):
    with pytest.raises(errors.InvalidField, match=reason):
        editing.add_field(DataEntity.objects.get(acronym="PP"), FieldDefinition("other", "Relationship", options=options))
