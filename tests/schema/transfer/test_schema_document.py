"""The schema file: out of one site, into another, and nothing half."""

import copy

import pytest

from clusters.catalogue import creating
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.schema import errors
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.form_design import FormDesign, ListColumn, SectionDesign, spread
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import publishing
from crm.schema.transfer import importing, schema_document

pytestmark = pytest.mark.django_db
BY = Actor.operator()
BRIEF = FormDesign((SectionDesign("s1", {}, spread(["code", "price"])),), (ListColumn("code", 120),), sort="price DESC")
TIERS = {"choices": [{"value": "Gold", "label": "Gold", "colour": 1}]}


@pytest.fixture
def shop():
    """A site with an entity of its own, an index, two forms and two clusters."""
    parts = editing.create_entity("PT", {"en": "Parts", "es": "Piezas"}, key="given")
    for definition in (
        FieldDefinition("code", "Varchar 50", unique=True, nullable=False, labels={"en": "Code", "pt-br": "Código"}),
        FieldDefinition("tier", "Choice", options=TIERS, default="Gold"),
        FieldDefinition("price", "Decimal", description="In BRL", searchable=False),
    ):
        editing.add_field(parts, definition)
    parts.indexes.create(name="byTier", fields=["tier", "price"])
    parts.forms.create(name="brief", labels={"en": "Brief"}, design=BRIEF.to_json())
    publishing.publish(by=BY)
    creating.create_cluster("Dealers", by=BY)
    creating.create_cluster("Dear", rule="price>100", entity="PT", by=BY)
    return schema_document.document()


def elsewhere(document: dict) -> dict:
    """The file with everything of it under other names, as if this site had never seen it."""
    moved = copy.deepcopy(document)
    entity = next(entity for entity in moved["entities"] if entity["acronym"] == "PT")
    entity["acronym"] = "QT"
    clusters = [
        {**cluster, "name": f"Q{cluster['name']}", "entity": "QT"} for cluster in moved["clusters"] if cluster["entity"] == "PT"
    ]
    return {"format": moved["format"], "entities": [entity], "clusters": clusters}


def part(document: dict, acronym: str) -> dict:
    return next(entity for entity in document["entities"] if entity["acronym"] == acronym)


def test_a_file_brought_back_changes_nothing(shop):
    number = Publication.objects.first().number

    outcome = importing.import_document(shop, by=BY)

    assert (outcome.operations, outcome.publication) == ([], number)


def test_an_entity_that_was_never_there_comes_out_the_same(shop):
    outcome = importing.import_document(elsewhere(shop), by=BY)

    assert {**part(schema_document.document(), "QT"), "acronym": "PT"} == part(shop, "PT")
    assert outcome.operations[0]["sentence"] == "Create the entity Parts with 4 fields."
    assert Cluster.objects.get(name="QDear").entity == "QT"
    assert saving.create(current.models()["QT"], {"code": "A"}, by=BY, record_id="a").tier == "Gold"
    assert AuditEvent.objects.filter(verb="import-schema").count() == 1


def test_a_plan_changes_nothing(shop):
    before = Publication.objects.count()

    outcome = importing.import_document(elsewhere(shop), by=BY, plan=True)

    assert outcome.publication is None
    assert [operation["sentence"] for operation in outcome.operations][-1] == "Make the cluster QDear."
    assert Publication.objects.count() == before
    assert not DataEntity.objects.filter(acronym="QT").exists()


def test_what_the_file_does_not_name_stays(shop):
    part(shop, "PT")["fields"] = [field for field in part(shop, "PT")["fields"] if field["name"] != "tier"]
    part(shop, "PT")["forms"] = []

    importing.import_document(shop, by=BY)

    assert current.entity("PT").field("tier") is not None
    assert DataEntity.objects.get(acronym="PT").forms.count() == 2


def test_changed_settings_and_hidden_fields_follow_the_file(shop):
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="tier"))
    publishing.publish(by=BY)
    part(shop, "PT")["fields"][0]["labels"]["es"] = "Código"

    importing.import_document(shop, by=BY)

    assert current.entity("PT").field("tier") is not None
    assert schema_document.document() == shop


def test_a_draft_that_is_not_published_is_nobody_elses_to_publish(shop):
    editing.add_field(DataEntity.objects.get(acronym="PT"), new_fields.new_definition("fax", "Varchar 50"))

    with pytest.raises(errors.UnpublishableSchema, match="The draft of PT holds changes"):
        importing.import_document(shop, by=BY)


def test_values_are_never_lost_to_a_file(shop):
    saving.create(current.models()["PT"], {"code": "A", "price": "1.50"}, by=BY, record_id="a")
    price = next(field for field in part(shop, "PT")["fields"] if field["name"] == "price")
    price["type"] = "Integer"

    with pytest.raises(errors.UnpublishableSchema, match="would be lost"):
        importing.import_document(shop, by=BY)

    assert Field.objects.get(entity__acronym="PT", name="price").type == "Decimal"


def test_unknown_types_and_bad_names_are_refused_with_the_draft_as_it_was(shop):
    for wrong in ({"type": "Hologram"}, {"name": "select me"}, {"name": "save"}):
        document = elsewhere(shop)
        document["entities"][0]["fields"].append({"name": "extra", "type": "Text", **wrong})

        with pytest.raises((errors.InvalidField, errors.InvalidName)):
            importing.import_document(document, by=BY)

    assert not DataEntity.objects.filter(acronym="QT").exists()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda d: [], "it has no format"),
        (lambda d: {**d, "format": 3}, "written by a newer release"),
        (lambda d: {**d, "more": [{"a\0": 1}, "\0"]}, "the character NUL"),
        (lambda d: {**d, "entities": {}}, "“entities” is not a list"),
        (lambda d: {**d, "entities": [{}]}, "“acronym” is missing"),
        (lambda d: {**d, "entities": [{**d["entities"][0], "key": "sequence"}]}, "ids are “made” or “given”"),
        (lambda d: {**d, "entities": [{**d["entities"][0], "fields": [1]}]}, "“fields” is not a list"),
        (lambda d: {**d, "entities": [{**d["entities"][0], "fields": [{"name": "a"}]}]}, "“type” is missing"),
        (lambda d: {**d, "entities": [{**d["entities"][0], "fields": [{"name": "a", "type": "Text", "unique": 1}]}]}, "“unique”"),
        (
            lambda d: {**d, "entities": [{**d["entities"][0], "fields": [{"name": "a", "type": "Text", "x": 1}]}]},
            "“x” is no setting",
        ),
        (lambda d: {**d, "entities": [{**d["entities"][0], "fields": []}]}, "there is no field"),
        (lambda d: {**d, "clusters": [{"name": "X"}]}, "Cluster X"),
    ],
)
def test_what_is_no_schema_file_is_refused_with_the_place(shop, break_it, said):
    with pytest.raises(errors.InvalidSchemaFile, match=said):
        importing.import_document(break_it(copy.deepcopy(shop)), by=BY)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "b" * 51}, "no form can be called so"),
        ({"name": "new"}, "no form can be called so"),
        ({"name": "a/b"}, "no form can be called so"),
        ({"labels": {"en": 1}}, "labels: “en”"),
        ({"list_columns": [{"field": "code", "width": "wide"}]}, "“width”"),
        ({"sections": [{"key": "s", "labels": [], "columns": []}]}, "“labels”"),
        ({"sections": [{"key": "s", "labels": {}, "columns": [[{"field": "code", "help_text": 1}]]}]}, "“help_text”"),
        ({"sections": [{"key": "s", "labels": {}, "columns": [[{"field": "code", "required": "yes"}]]}]}, "“required”"),
    ],
)
def test_a_form_of_another_shape_is_refused_with_the_place(shop, wrong, said):
    part(shop, "PT")["forms"][0] |= wrong

    with pytest.raises(errors.InvalidSchemaFile, match=said):
        importing.import_document(shop, by=BY)


def test_a_file_leaves_somebodys_own_form_alone(shop, django_user_model):
    owner = django_user_model.objects.create(email="ana@example.com", role="POWER")
    DataEntity.objects.get(acronym="PT").forms.filter(name="brief").update(owner=owner)
    brief = next(form for form in part(shop, "PT")["forms"] if form["name"] == "brief")
    brief["sort"] = "code ASC"

    with pytest.raises(errors.InvalidSchemaFile, match="brief: somebody's own form is called so"):
        importing.import_document(shop, by=BY)


def test_a_file_leaves_no_entity_without_a_default_form(shop):
    for form in part(shop, "PT")["forms"]:
        form["is_default"] = False

    with pytest.raises(errors.InvalidSchemaFile, match="one of its forms is the default one"):
        importing.import_document(shop, by=BY)


def test_a_file_of_the_earlier_format_lists_all_clusters_as_one_column_and_filter(shop):
    old = {**elsewhere(shop), "format": 1}
    form = next(form for form in old["entities"][0]["forms"] if form["is_default"])
    form["list_columns"] = [{"field": name, "width": 0} for name in ("code", "Dear", "price")]
    form["filters"] = ["Dear", "code"]

    importing.import_document(old, by=BY)
    again = importing.import_document(old, by=BY, plan=True)

    stored = next(form for form in part(schema_document.document(), "QT")["forms"] if form["is_default"])
    assert [column["field"] for column in stored["list_columns"]] == ["code", "_clusters", "price"]
    assert stored["filters"] == ["_clusters", "code"]
    assert again.operations == []
