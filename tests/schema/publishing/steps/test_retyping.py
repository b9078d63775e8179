"""A field gets another type: values convert, what does not fit is told first, the old column stays."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crm.schema import errors
from crm.schema.errors import ValuesWouldBeLost
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.steps.retyping import Retype
from crm.schema.publishing.tables import drift


def plan_of_retype():
    return next(step for step in publishing.make_plan().steps if isinstance(step, Retype))


def test_values_convert_and_the_old_column_stays(add_field, fill, retype, values, columns_of):
    add_field("points", "Decimal")
    fill("points", Decimal("2.00"), None, Decimal("-7.00"))

    retype("points", "Integer")

    number = Publication.objects.first().number
    (kept,) = current.entity("CL").kept
    assert values("points") == {"a": 2, "b": None, "c": -7}
    assert (kept.name, kept.field.type, kept.publication) == (f"crm_old{number}_points", "Decimal", number)
    assert kept.name in columns_of("record_cl")
    assert drift.drift() == []


def test_what_does_not_fit_is_counted_with_examples_before_anything_happens(add_field, fill, retype):
    add_field("points", "Decimal")
    fill("points", Decimal("2.00"), Decimal("2.50"), None)
    retype("points", "Integer", publish=False)

    step = plan_of_retype()

    assert step.sentence == "Change points of Customers from Decimal to Integer: 1 value converts, 1 does not fit."
    assert (step.risk, step.losses) == ("loss", 1)
    assert [(misfit.record, misfit.value) for misfit in step.fit.examples] == [("b", "2.50")]
    assert "whole number" in step.fit.examples[0].reason


def test_a_retype_is_refused_while_values_would_be_lost(add_field, fill, retype, values, columns_of):
    add_field("points", "Decimal")
    fill("points", Decimal("2.00"), Decimal("2.50"))
    before = Publication.objects.first()

    with pytest.raises(ValuesWouldBeLost, match="1 value does not fit"):
        retype("points", "Integer")

    assert Publication.objects.first() == before
    assert values("points") == {"a": Decimal("2.00"), "b": Decimal("2.50")}
    assert Field.objects.get(name="points").type == "Integer"
    assert columns_of("record_cl").isdisjoint({"crm_new_points"})


def test_accepted_losses_are_left_out_and_no_more_than_accepted(add_field, fill, retype, values):
    add_field("points", "Varchar 50")
    fill("points", "1", "two", "three")
    retype("points", "Integer", publish=False)

    with pytest.raises(ValuesWouldBeLost):
        retype("points", "Integer", accepted_loss=1)
    retype("points", "Integer", accepted_loss=2)

    assert values("points") == {"a": 1, "b": None, "c": None}


def test_what_nobody_changed_comes_back_exactly_when_the_old_type_does(add_field, fill, retype, values):
    add_field("points", "Varchar 50")
    fill("points", "007", "two", "5", None)
    retype("points", "Integer", accepted_loss=1)
    current.models()["CL"].objects.filter(pk="c").update(points=6)
    current.models()["CL"].objects.filter(pk="d").update(points=8)

    retype("points", "Varchar 50")

    assert values("points") == {"a": "007", "b": "two", "c": "6", "d": "8"}
    assert [kept.field.type for kept in current.entity("CL").kept] == ["Varchar 50", "Integer"]


def test_a_boolean_takes_its_default_where_nothing_was(add_field, fill, retype, values):
    add_field("vip", "Varchar 50")
    fill("vip", "sim", "não", None)

    retype("vip", "Boolean")

    assert values("vip") == {"a": True, "b": False, "c": False}
    assert current.models()["CL"].objects.create(id="z").vip is False
    assert drift.drift() == []


@pytest.mark.parametrize(
    ("was", "becomes", "options", "stored", "converted"),
    [
        ("Integer", "Long", None, 2**31 - 1, 2**31 - 1),
        ("Integer", "Decimal", None, 7, Decimal("7.00")),
        ("Decimal", "Currency", None, Decimal("1.50"), Decimal("1.50")),
        ("Decimal", "Varchar 50", None, Decimal("1.50"), "1.50"),
        ("Varchar 10", "Varchar 750", None, "a" * 10, "a" * 10),
        ("Varchar 750", "Varchar 10", None, "a" * 10, "a" * 10),
        ("Varchar 50", "Text", None, "a", "a"),
        ("Varchar 50", "Email", None, "Ana@example.com", "Ana@example.com"),
        ("Email", "Varchar 750", None, "ana@example.com", "ana@example.com"),
        ("Varchar 50", "Choice", {"choices": [{"value": "g", "label": "Gold"}]}, "gold", "g"),
        ("Varchar 50", "Date", None, "2026-02-28", date(2026, 2, 28)),
        ("Date", "Date and Time", None, date(2026, 2, 28), datetime(2026, 2, 28, 3, tzinfo=UTC)),
        ("Date and Time", "Date", None, datetime(2026, 2, 28, 3, tzinfo=UTC), date(2026, 2, 28)),
        ("Date and Time", "Varchar 50", None, datetime(2026, 2, 28, 3, tzinfo=UTC), "2026-02-28T03:00:00Z"),
        ("Boolean", "Varchar 10", None, True, "true"),
        ("Choice", "Varchar 100", None, "gold", "gold"),
    ],
)
def test_every_sensible_pair_of_types_converts(add_field, fill, retype, values, was, becomes, options, stored, converted):
    add_field("thing", was, options={"choices": [{"value": "gold"}]} if was == "Choice" else None)
    fill("thing", stored)

    retype("thing", becomes, options=options)

    assert values("thing") == {"a": converted}
    assert drift.drift() == []


@pytest.mark.parametrize(
    ("was", "becomes", "stored"),
    [
        ("Long", "Integer", 2**31),
        ("Text", "Varchar 50", "two\nlines"),
        ("Varchar 50", "Varchar 10", "eleven char"),
        ("Date and Time", "Date", datetime(2026, 2, 28, 4, tzinfo=UTC)),
        ("Varchar 50", "Email", "nobody"),
        ("Integer", "Boolean", 2),
        ("Varchar 50", "Date", "31/02/2026"),
    ],
)
def test_a_value_that_would_become_another_does_not_fit(add_field, fill, retype, was, becomes, stored):
    add_field("thing", was)
    fill("thing", stored)
    retype("thing", becomes, publish=False)

    assert plan_of_retype().losses == 1


def test_ids_become_a_relationship_and_back(add_field, fill, retype, values):
    add_field("friend", "Varchar 100")
    fill("friend", "b", None, "nobody")
    retype("friend", "Relationship", options={"entity": "CL"}, publish=False)

    assert plan_of_retype().losses == 1
    retype("friend", "Relationship", options={"entity": "CL"}, accepted_loss=1)
    assert values("friend") == {"a": "b", "b": None, "c": None}
    assert drift.drift() == []

    retype("friend", "Varchar 100")
    assert values("friend") == {"a": "b", "b": None, "c": "nobody"}
    assert drift.drift() == []


def test_one_option_becomes_several(add_field, fill, retype, values):
    choices = {"choices": [{"value": "gold"}, {"value": "vip"}]}
    add_field("tier", "Choice", options=choices)
    fill("tier", "gold", None)

    retype("tier", "Choices", options=choices)

    assert drift.drift() == []
    assert set(values("tier").values()) == {"\ngold\n", None}


def test_a_rule_has_no_values_to_convert(add_field, retype):
    add_field("vip", "Boolean")

    with pytest.raises(errors.UnpublishableSchema, match="vip of Customers cannot change from Boolean to Rule"):
        retype("vip", "Rule", options={"expression": "approved=true"})


def test_an_index_over_a_retyped_field_is_made_anew(add_field, fill, retype, customers, operator):
    add_field("code", "Varchar 50", unique=True)
    customers.indexes.create(name="codes", fields=["code", "gender"])
    publishing.publish(by=operator)
    fill("code", "1", "2")

    retype("code", "Integer")

    assert drift.drift() == []
    with pytest.raises(publishing.IntegrityError), publishing.transaction.atomic():
        current.models()["CL"].objects.create(code=1)


def test_a_changed_default_is_the_databases_too(add_field, operator, values):
    add_field("vip", "Boolean")
    current.models()["CL"].objects.create(id="a")
    Field.objects.filter(name="vip").update(default=True)

    publishing.publish(by=operator)
    current.models()["CL"].objects.create(id="b")

    assert values("vip") == {"a": False, "b": True}
    assert current.entity("CL").kept == ()
    assert drift.drift() == []


def test_the_plan_shows_the_statements_of_a_retype(add_field, retype):
    add_field("points", "Decimal")
    retype("points", "Integer", publish=False)

    (statements,) = publishing.make_plan().statements()

    assert [line.split(" ")[3] for line in statements] == ["ADD", "RENAME", "RENAME"]


def test_a_phone_that_becomes_text_is_unique_as_text_is(add_field, fill, retype, values):
    add_field("contact", "Phone", unique=True)
    fill("contact", "(11) 99999-0000")

    retype("contact", "Varchar 50")
    current.models()["CL"].objects.create(id="b", contact="11 99999 0000")

    assert values("contact") == {"a": "(11) 99999-0000", "b": "11 99999 0000"}
