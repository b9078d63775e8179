"""Entities whose records are named by whoever makes them: by page, by verb and by worksheet."""

import pytest

from crm.records import bulk
from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish

REASON = "Records of this entity are created with an id: enter it."


@pytest.fixture
def stores(db, admin):
    draft_and_publish.create_and_publish("ST", "Stores", key="given", by=admin)
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="ST"), FieldDefinition("city", "Varchar 50"), by=admin)
    return current.models()["ST"]


def test_a_record_without_an_id_is_refused(stores, admin):
    with pytest.raises(InvalidRecord) as refusal:
        saving.create(stores, {"city": "Recife"}, by=admin)

    assert refusal.value.errors == {"id": REASON}
    assert saving.create(stores, {"city": "Recife"}, by=admin, record_id="Loja-1").pk == "loja-1"


def test_the_page_of_a_new_record_asks_for_its_id(browse, stores):
    made = browse.post("/crm/ST/new/", {"id": "loja-1", "city": "Recife"})
    unsaid = browse.post("/crm/ST/new/", {"id": " ", "city": "Olinda"})
    again = browse.post("/crm/ST/new/", {"id": "LOJA-1", "city": "Olinda"})
    strange = browse.post("/crm/ST/new/", {"id": "a b", "city": "Olinda"})

    assert made["Location"] == "/crm/ST/loja-1/"
    assert [response.status_code for response in (unsaid, again, strange)] == [422, 422, 422]
    assert [response.context["form"].errors["id"][0] for response in (unsaid, again)] == [
        REASON,
        "A record with the id “loja-1” already exists.",
    ]
    assert 'name="id"' in browse.get("/crm/ST/new/").text
    assert 'name="id"' not in browse.get("/crm/ST/loja-1/").text
    assert 'name="id"' not in browse.get("/crm/CL/new/").text


def test_an_id_is_no_field_of_the_record(browse, stores):
    browse.post("/crm/ST/new/", {"id": "loja-1", "city": "Recife"})

    browse.post("/crm/ST/loja-1/", {"id": "loja-2", "city": "Olinda"})

    assert list(stores.objects.values_list("pk", "city")) == [("loja-1", "Olinda")]


@pytest.fixture
def merged(stores):
    def difference(columns: str, *rows: list, **how) -> bulk.Difference:
        names = tuple(columns.split())
        merge = bulk.Merge(model=stores, staging="worksheet_1", keys=how.pop("keys", names[:1]), columns=names, **how)
        bulk.create_staging(merge)
        staged = [(number, *row, None) for number, row in enumerate(rows, start=2)]
        bulk.stage(merge, [bulk.pack(list(zip(*staged, strict=True)))])
        return bulk.difference(merge)

    return difference


def test_a_worksheet_makes_records_with_the_ids_that_it_gives(stores, merged, admin):
    saving.create(stores, {"city": "Recife"}, by=admin, record_id="a")

    found = merged("id city", ["a", "Olinda"], ["b", "Natal"], [None, "Manaus"])

    assert (found.created, found.updated) == (1, 1)
    assert [(refusal.row, refusal.column, refusal.reason) for refusal in found.refusals] == [(4, "id", REASON)]


def test_a_worksheet_without_ids_makes_no_records(stores, merged, admin):
    saving.create(stores, {"city": "Recife"}, by=admin, record_id="a")

    found = merged("city", ["Olinda"], ["Natal"], keys=("id",), mode="create")

    assert (found.created, [refusal.row for refusal in found.refusals]) == (0, [2, 3])


def test_made_ids_are_as_they_were(customers, admin):
    assert saving.create(customers, {"firstName": "Ana"}, by=admin).pk
