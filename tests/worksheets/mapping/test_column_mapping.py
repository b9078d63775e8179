"""Headers that are labels."""

import pytest
from django.utils import translation

from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.column_mapping import field_named, map_columns

STATE = FieldDefinition("state", "Varchar 50", labels={"en": "State", "es": "Estado"})
MARITAL = FieldDefinition("marital", "Varchar 50", labels={"en": "Marital status", "pt-br": "Estado"})
ENTITY = EntityDefinition("PT", fields=(STATE, MARITAL))


@pytest.mark.parametrize(("language", "name"), [("es", "state"), ("pt-br", "marital"), ("en", "state")])
def test_a_label_means_the_field_that_is_called_so_in_the_readers_language(language, name):
    with translation.override(language):
        assert field_named("ESTADO", ENTITY) == name
        assert field_named("marital", ENTITY) == "marital"
        assert field_named("State", ENTITY) == "state"


@pytest.mark.parametrize(
    ("stated", "ignore", "fields"),
    [
        ({}, ["Reason"], {0: "email"}),
        ({"Reason (2)": "lastName"}, ["Reason"], {0: "email", 2: "lastName"}),
        ({"Reason": "lastName"}, ["Reason (2)"], {0: "email", 1: "lastName"}),
    ],
)
def test_repeated_columns_are_ignored_together_unless_one_is_mapped(customers, stated, ignore, fields):
    found = map_columns(["email", "Reason", "Reason (2)"], customers.entity, stated=stated, ignore=ignore)

    assert found.fields == fields


def test_repeated_columns_that_would_both_fill_a_field_are_refused(customers):
    with pytest.raises(InvalidMapping, match="“E-mail” occurs twice and both columns would fill email"):
        map_columns(["E-mail", "E-mail (2)"], customers.entity, stated={})


def test_a_given_header_with_a_number_is_no_repeat_of_another(customers):
    found = map_columns(["email", "X", "X (3)", "X (2)"], customers.entity, stated={"X (2)": "lastName"}, ignore=["X"])
    assert found.fields == {0: "email", 3: "lastName"}

    with pytest.raises(InvalidMapping, match=r"No field is named “X \(2\)”\."):
        map_columns(["email", "X", "X (3)", "X (2)"], customers.entity, stated={}, ignore=["X"])


def test_a_field_of_that_label_goes_before_the_header_that_is_repeated(define):
    model = define(
        "PT", phone=FieldDefinition("phone", "Phone"), other=FieldDefinition("other", "Phone", labels={"en": "Phone (2)"})
    )

    assert map_columns(["Phone", "Phone (2)"], model.entity, stated={}).fields == {0: "phone", 1: "other"}


def test_every_column_that_would_fill_a_field_is_named(customers):
    with pytest.raises(InvalidMapping) as refusal:
        map_columns(["a", "b", "c"], customers.entity, stated={"a": "email", "b": "lastName", "c": "email"})
    assert str(refusal.value).startswith("More than one column is mapped to email: “a”, “c”.")
