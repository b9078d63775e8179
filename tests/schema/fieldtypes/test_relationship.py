"""References: by id or by what is shown, a few queries for any number of cells."""

import pytest

from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema import errors, fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.columns import column_from, deconstruct_column
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish

KIND = fieldtypes.get("Relationship")
OPERATOR = Actor.operator()


def owner(**options) -> FieldDefinition:
    return FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email", **options})


@pytest.fixture
def ana(db):
    return saving.create(current.models()["CL"], {"email": "Ana@example.com", "firstName": "Ana"}, by=OPERATOR, record_id="a-1")


@pytest.mark.parametrize("raw", ["a-1", "A-1", "CL-a-1", " cl-A-1 ", "ana@EXAMPLE.com"])
def test_a_record_is_named_by_its_id_or_its_shown_value(ana, raw):
    assert KIND.clean(raw, owner()) == "a-1"


@pytest.mark.parametrize("raw", ["", None, "  "])
def test_nothing_is_nothing(ana, raw):
    assert KIND.clean(raw, owner()) is None


@pytest.mark.parametrize(
    ("raw", "options", "reason"),
    [
        ("b-2", {}, "Customers has no record with the id or E-mail “b-2”"),
        ("b-2", {"display": None}, "Customers has no record with the id “b-2”"),
        ("a b\x00", {}, "no record"),
        ("x", {"entity": "ZZ"}, "The entity ZZ is not there"),
    ],
)
def test_an_unknown_record_is_refused_with_the_reason(ana, raw, options, reason):
    with pytest.raises(InvalidValue, match=reason):
        KIND.clean(raw, owner(**options))


def test_a_value_of_several_records_does_not_tell_which_one(ana):
    saving.create(current.models()["CL"], {"firstName": "Ana"}, by=OPERATOR)
    saving.create(current.models()["CL"], {"firstName": "Bea"}, by=OPERATOR, record_id="b-2")

    assert KIND.clean("Bea", owner(display="firstName")) == "b-2"
    with pytest.raises(InvalidValue, match="several records with “Ana”"):
        KIND.clean("Ana", owner(display="firstName"))


@pytest.mark.parametrize("cells", [10, 1000])
def test_a_column_is_resolved_in_two_queries(ana, django_assert_num_queries, cells):
    column = ["a-1", "ana@example.com", "", *(f"nobody{n}@example.com" for n in range(cells))]
    current.models()

    with current.pinned(), django_assert_num_queries(2):
        values, refusals = KIND.convert_column(column, owner(), CellFormat())

    assert values == ["a-1", "a-1", None, *[None] * cells]
    assert [refusal.position for refusal in refusals] == list(range(3, 3 + cells))


@pytest.mark.parametrize("records", [1, 3])
def test_a_column_is_shown_in_one_query(ana, django_assert_num_queries, records):
    for n in range(records):
        saving.create(current.models()["CL"], {"email": f"c{n}@example.com"}, by=OPERATOR, record_id=f"c-{n}")
    ids = [None, "a-1", "gone", *(f"c-{n}" for n in range(records))]

    with current.pinned(), django_assert_num_queries(1):
        shown = KIND.display_column(ids, owner())

    assert shown == ["", "Ana@example.com", "gone", *(f"c{n}@example.com" for n in range(records))]


def test_cell_and_json_are_the_id_and_the_form_shows_what_reads_back(ana):
    assert (KIND.cell("a-1", owner()), KIND.to_json("a-1", owner())) == ("a-1", "a-1")
    assert KIND.form_value("a-1", owner()) == "Ana@example.com"
    assert KIND.form_value("a-1", owner(display="firstName")) == "a-1"
    assert KIND.form_value(None, owner()) == ""


def test_the_column_is_stored_and_made_again():
    column = KIND.column(owner())

    again = column_from(deconstruct_column(column), owner())

    assert deconstruct_column(column)["kwargs"]["on_delete"] == "DO_NOTHING"
    assert again.deconstruct()[1:] == (*column.deconstruct()[1:3], {**column.deconstruct()[3], "verbose_name": "owner"})


def test_entities_that_point_at_each_other_and_at_themselves_are_published_together(db):
    one, two = editing.create_entity("XA", "One"), editing.create_entity("XB", "Two")
    for entity, name, target in [(one, "other", "XB"), (two, "other", "XA"), (one, "parent", "XA")]:
        editing.add_field(entity, FieldDefinition(name, "Relationship", options={"entity": target}))

    publish(by=OPERATOR)

    first, second = current.models()["XA"], current.models()["XB"]
    parent = saving.create(first, {}, by=OPERATOR)
    child = saving.create(first, {"parent": parent.pk}, by=OPERATOR)
    other = saving.create(second, {"other": child.pk}, by=OPERATOR)
    saving.update(child, {"other": other.pk}, by=OPERATOR)
    assert list(second.objects.filter(other__parent=parent).values_list("pk", flat=True)) == [other.pk]
    assert first.objects.select_related("other__other").get(pk=child.pk).other.other == child


def test_a_relationship_is_added_to_a_table_that_is_there_with_its_index(db, django_assert_num_queries):
    from crm.schema.publishing.tables import drift  # noqa: PLC0415

    entity = DataEntity.objects.get(acronym="CL")
    editing.add_field(entity, FieldDefinition("invitedBy", "Relationship", options={"entity": "CL", "display": "email"}))

    publish(by=OPERATOR)

    assert drift.drift() == []
    names = {index.name for index in current.models()["CL"]._meta.indexes}
    assert "cl_invitedBy_idx" in names


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "needs the option “entity”"),
        ({"entity": "ZZ"}, "There is no entity ZZ"),
        ({"entity": "CL", "display": "nope"}, "Customers has no field “nope”"),
    ],
)
def test_a_relationship_to_nowhere_is_refused(db, options, reason):
    with pytest.raises(errors.InvalidField, match=reason):
        editing.draft_field(DataEntity.objects.get(acronym="CL"), FieldDefinition("x", "Relationship", options=options))


def test_a_relationship_is_not_published_before_its_other_end(db):
    from crm.schema.publishing import publishing  # noqa: PLC0415

    editing.create_entity("XB", "Two")
    entity = DataEntity.objects.get(acronym="CL")
    editing.add_field(entity, FieldDefinition("other", "Relationship", options={"entity": "XB"}))

    with pytest.raises(errors.UnpublishableSchema, match="other of Customers points to the entity XB, which is not there"):
        publishing.publish_entity("CL", {"other"}, by=OPERATOR)
