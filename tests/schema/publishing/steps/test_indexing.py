"""An index over values that it cannot hold is refused in words."""

import pytest
from django.db import connection

from crm.records.writing import saving
from crm.schema.definitions import IndexDefinition
from crm.schema.draft import editing
from crm.schema.errors import UnpublishableSchema
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift
from tests.conftest import publish_index
from tests.long_texts import chinese, rare

REFUSAL = "There can be no index over name of Parts: a value takes more than the 2,600 bytes that fit."


@pytest.fixture
def to_be_unique(define, admin):
    def drafted(text: str) -> None:
        saving.create(define(name="Varchar 750"), {"name": text}, by=admin)
        editing.change_field(Field.objects.get(entity__acronym="PT", name="name"), unique=True)

    return drafted


def test_a_field_is_not_unique_over_a_value_that_it_would_refuse(to_be_unique, operator):
    to_be_unique(rare(651))

    with pytest.raises(UnpublishableSchema) as refused:
        publishing.publish(by=operator)

    assert refused.value.problems == [REFUSAL]
    assert drift.drift() == []


def test_the_page_of_the_plan_says_so(to_be_unique, browse):
    to_be_unique(rare(750))

    assert REFUSAL in browse.get("/schema/PT/plan/").text


@pytest.mark.parametrize("text", [rare(650), chinese(750)])
def test_a_field_is_unique_over_the_longest_values_that_it_takes(to_be_unique, operator, text):
    to_be_unique(text)

    publishing.publish(by=operator)

    assert drift.drift() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
def test_what_only_the_database_refuses_is_a_refusal_of_the_plan(define, admin):
    saving.create(define(name="Text"), {"name": chinese(900)}, by=admin)

    with pytest.raises(UnpublishableSchema) as refused:
        publish_index("PT", IndexDefinition("by", ("name",)))

    assert refused.value.problems == [REFUSAL.replace("2,600", "2,572")]


def test_a_field_becomes_unique_when_its_values_are_converted_to_what_fits(define, admin, operator):
    saving.create(define(name="Text"), {"name": "short"}, by=admin)
    field = Field.objects.get(entity__acronym="PT", name="name")
    editing.retype_field(field, "Varchar 750")
    editing.change_field(field, unique=True)

    publishing.publish(by=operator)

    assert drift.drift() == []
