"""A field by command: type, options, defaults, and clear refusals."""

import json

import pytest
from django.core.management import CommandError, call_command

from crm.schema import fieldtypes
from crm.schema.generated import current
from crm.schema.publishing.tables import drift


@pytest.fixture
def create_field(db, capsys):
    def created(*arguments: str) -> dict:
        call_command("create_field", "CL", *arguments, "--json")
        return json.loads(capsys.readouterr().out)

    return created


def test_a_field_is_published_with_its_options_and_default(create_field):
    facts = create_field("age", "Integer", "--option", "minimum=0", "maximum=150", "--default", "18", "--label", "Age")

    field = current.entity("CL").field("age")
    assert (facts["entity"], facts["field"], facts["type"], facts["publication"]) == (
        "CL",
        "age",
        "Integer",
        current.models().number,
    )
    assert (field.options, field.default, field.label) == ({"minimum": 0, "maximum": 150}, 18, "Age")


def test_options_may_hold_an_equals_sign(create_field):
    create_field("code", "Varchar 50", "--option", "pattern=[A-Z]=[0-9]")

    assert current.entity("CL").field("code").options == {"pattern": "[A-Z]=[0-9]"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["x", "Hologram"], "no field type “Hologram”"),
        (["x", "Choice"], "needs the option “choices”"),
        (["x", "Integer", "--option", "minimum=a"], "Option “minimum”: “a” is not a whole number"),
        (["x", "Integer", "--option", "size=5"], "no option “size”; its options are: minimum, maximum"),
        (["x", "Integer", "--option", "minimum"], "name=value; “minimum” is not"),
        (["x", "Varchar 10", "--option", "pattern=("], "is not a pattern"),
        (["x", "Integer", "--default", "many"], "The default does not fit: “many” is not a whole number"),
        (["x", "Boolean", "--unique"], "cannot be unique"),
        (["select_", "Integer"], "cannot be a field name"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(create_field, arguments, reason):
    number = current.models().number

    with pytest.raises(CommandError, match=reason):
        create_field(*arguments)

    assert current.models().number == number
    assert current.entity("CL").field(arguments[0]) is None


NEEDED = {
    "Choice": ["choices=Gold,Silver"],
    "Choices": ["choices=Gold,Silver"],
    "Relationship": ["entity=CL", "display=email"],
    "Rule": ["expression=approved=true"],
    "File": ["max_size=2"],
    "User Login": ["when=created"],
}


def test_there_is_a_field_of_every_type(create_field):
    for place, label in enumerate(fieldtypes.labels()):
        options = ["--option", *NEEDED[label]] if label in NEEDED else []
        assert create_field(f"field{place}", label, *options)["type"] == label

    assert {field.type for field in current.entity("CL").visible_fields} == set(fieldtypes.labels())
    assert drift.drift() == []


def test_a_relationship_wants_an_entity_that_is_there(create_field):
    with pytest.raises(CommandError, match="There is no entity ZZ"):
        create_field("x", "Relationship", "--option", "entity=ZZ")


def test_a_unique_field_has_no_default(create_field):
    with pytest.raises(CommandError, match="A unique field cannot have a default"):
        create_field("code", "Varchar 50", "--unique", "--default", "x")

    assert current.entity("CL").field("code") is None
