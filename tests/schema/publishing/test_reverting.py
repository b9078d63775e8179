"""One entity back to an earlier publication."""

from decimal import Decimal

import pytest

from crm.schema.draft import editing
from crm.schema.errors import UnpublishableSchema, ValuesWouldBeLost
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing, purging, reverting
from crm.schema.publishing.tables import drift


@pytest.fixture
def revert(operator):
    def back(number: int, **how) -> Publication:
        return publishing.publish_plan(reverting.planner("CL", number), by=operator, **how)

    return back


def newest() -> int:
    return Publication.objects.first().number


def names() -> set[str]:
    return {field.name for field in current.entity("CL").visible_fields}


def test_todays_values_are_converted_back_and_unchanged_ones_are_as_they_were(add_field, fill, retype, revert, values):
    number = add_field("points", "Decimal")
    fill("points", Decimal("2.00"), Decimal("2.50"), None)
    retype("points", "Integer", accepted_loss=1)
    current.models()["CL"].objects.filter(pk="a").update(points=7)

    revert(number)

    assert values("points") == {"a": Decimal("7.00"), "b": Decimal("2.50"), "c": None}
    assert Field.objects.get(name="points").type == "Decimal"
    assert publishing.make_plan().steps == []
    assert drift.drift() == []


def test_what_does_not_convert_back_is_counted_and_refused_until_accepted(add_field, fill, retype, revert, values):
    number = add_field("points", "Integer")
    fill("points", 1)
    retype("points", "Varchar 50")
    current.models()["CL"].objects.filter(pk="a").update(points="many")

    with pytest.raises(ValuesWouldBeLost, match=r"1 value does not fit and would be lost. many \(a\)"):
        revert(number)
    revert(number, accepted_loss=1)

    assert values("points") == {"a": None}


def test_later_fields_are_hidden_with_their_values_and_hidden_ones_come_back(add_field, fill, revert, operator):
    number = add_field("fax")
    fill("fax", "1")
    editing.hide_field(Field.objects.get(name="fax"))
    publishing.publish(by=operator)
    add_field("later")
    current.models()["CL"].objects.update(later="kept")

    revert(number)

    assert names() >= {"fax"} and "later" not in names()
    assert [field.name for field in current.entity("CL").hidden_fields] == ["later"]
    revert(newest() - 1)
    assert current.models()["CL"].objects.get().later == "kept"


def test_options_labels_and_indexes_go_back_too(add_field, customers, revert, operator):
    number = add_field("code", description="as it was")
    customers.indexes.create(name="codes", fields=["code"], unique=True)
    Field.objects.filter(name="code").update(description="changed", searchable=False)
    publishing.publish(by=operator)

    revert(number)

    code = current.entity("CL").field("code")
    assert (code.description, code.searchable) == ("as it was", True)
    assert current.entity("CL").indexes == ()
    assert list(customers.indexes.all()) == []
    assert drift.drift() == []


def test_other_entities_stay_as_they_are(add_field, revert, operator):
    number = add_field("code")
    other = editing.create_entity("SO", "Stores")
    editing.add_field(other, publishing.make_plan().wanted.entities["CL"].field("code"))
    publishing.publish(by=operator)
    add_field("more")

    revert(number)

    assert current.entity("SO").field("code")
    assert "more" not in names()


def test_a_drafted_field_that_was_never_published_stays_in_the_draft(add_field, customers, revert):
    number = add_field("code")
    add_field("more")
    editing.add_field(customers, current.entity("CL").field("code").__class__("someday", "Date"))

    revert(number)

    assert Field.objects.get(name="someday").hidden is False
    assert current.entity("CL").field_like("someday") is None


def test_what_a_release_built_in_stays_in_sight(customers, revert, operator):
    first = Publication.objects.first()
    for field in list(first.snapshot["entities"][0]["fields"]):
        if field["name"] == "gender":
            first.snapshot["entities"][0]["fields"].remove(field)
    Publication.objects.create(number=first.number + 1, snapshot=Publication.objects.first().snapshot, digest="later")
    Publication.objects.filter(pk=first.pk).update(snapshot=first.snapshot, digest="earlier")

    revert(first.number)

    assert "gender" in names()


def test_a_purged_field_comes_back_empty(add_field, fill, revert, operator):
    number = add_field("fax")
    fill("fax", "1")
    editing.hide_field(Field.objects.get(name="fax"))
    publishing.publish(by=operator)
    purging.purge("CL", "fax", values=1, by=operator)

    revert(number)

    assert current.models()["CL"].objects.get().fax is None
    assert Field.objects.get(name="fax").hidden is False
    assert drift.drift() == []


def test_going_back_to_what_is_published_does_nothing(add_field, revert):
    number = add_field("fax")

    assert revert(number).number == number


def test_a_publication_without_the_entity_is_refused(add_field, revert):
    with pytest.raises(UnpublishableSchema, match="Publication #99 has no entity CL"):
        revert(99)
