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
