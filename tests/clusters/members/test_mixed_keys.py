"""Keys of several kinds in one list."""

import pytest

from clusters.errors import InvalidSelection
from clusters.members.mixed_keys import field_of
from clusters.members.selecting import MIXED, Selection, selected
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(operator):
    def names(keys: list[str]) -> tuple[list[str], list[str]]:
        model = current.models()["CL"]
        with selected(model, Selection(MIXED, keys=keys), by=operator) as records:
            people = model.objects.filter(records.condition).order_by("firstName").values_list("firstName", flat=True)
            return list(people), records.unknown

    return names


@pytest.fixture
def person(operator):
    def created(name: str, document: str | None = None, *, record_id: str | None = None):
        model = current.models()["CL"]
        fields = {"email": f"{name}@example.com", "firstName": name, "document": document}
        return saving.create(model, fields, by=operator, record_id=record_id)

    return created


@pytest.mark.parametrize(
    ("key", "field"),
    [("a@b.example", "email"), ("529.982.247-25", "document"), ("11222333000181", "document"), ("abc-1", "id"), ("12345", "id")],
)
def test_a_key_is_what_it_looks_like(key, field):
    assert field_of(key, current.entity("CL")) == field


def test_each_line_finds_its_record_by_what_it_is_and_the_unknown_keep_their_order(found, person):
    by_id, _ana, _bia = person("caio"), person("ana"), person("bia", "52998224725")

    keys = ["zz@example.com", "529.982.247-25", by_id.pk, "not an id!", "ana@example.com", "390.533.447-05", "bia@example.com"]
    assert found(keys) == (["ana", "bia", "caio"], ["zz@example.com", "not an id!", "390.533.447-05"])


def test_eleven_digits_that_are_nobodys_document_may_be_an_id(found, person):
    person("ana", record_id="12345678901")

    assert found(["12345678901", "ana@example.com"]) == (["ana"], [])


def test_the_id_of_one_and_the_document_of_another_is_asked_about(found, person):
    person("ana", record_id="52998224725")
    person("bia", "52998224725")

    with pytest.raises(InvalidSelection, match="52998224725"):
        found(["529.982.247-25", "52998224725"])


def test_who_has_their_document_as_id_is_found_by_it(found, person):
    person("ana", "52998224725", record_id="52998224725")

    assert found(["52998224725"]) == (["ana"], [])
