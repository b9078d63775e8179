"""Headers that are labels."""

import pytest
from django.utils import translation

from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.mapping.column_mapping import field_named

STATE = FieldDefinition("state", "Varchar 50", labels={"en": "State", "es": "Estado"})
MARITAL = FieldDefinition("marital", "Varchar 50", labels={"en": "Marital status", "pt-br": "Estado"})
ENTITY = EntityDefinition("PT", fields=(STATE, MARITAL))


@pytest.mark.parametrize(("language", "name"), [("es", "state"), ("pt-br", "marital"), ("en", "state")])
def test_a_label_means_the_field_that_is_called_so_in_the_readers_language(language, name):
    with translation.override(language):
        assert field_named("ESTADO", ENTITY) == name
        assert field_named("marital", ENTITY) == "marital"
        assert field_named("State", ENTITY) == "state"
