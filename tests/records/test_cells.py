"""How records are called on pages."""

import pytest

from crm.records.cells import title_of
from crm.schema.generated import current


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"email": "ana@example.com", "firstName": "Ana", "lastName": "Lima"}, "Ana Lima"),
        ({"email": "ana@example.com", "lastName": "Lima"}, "Lima"),
        ({"email": "ana@example.com"}, "ana@example.com"),
        ({"id": "c1"}, "c1"),
    ],
)
@pytest.mark.django_db
def test_a_person_is_called_by_name_and_else_by_what_is_there(values, title):
    model = current.models()["CL"]

    assert title_of(model(**values), model.entity.visible_fields) == title
