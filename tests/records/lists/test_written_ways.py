"""One thing written in several ways is found in each: ids with and without acronym, `+` typed raw, apostrophes of any shape."""

# ruff: noqa: RUF001, RUF002  # letters that look alike are what this is about

import csv
import io

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition


@pytest.fixture
def people(customers, admin):
    """Ana with a plus in her e-mail, and O’Brien with a curly apostrophe."""
    rows = {
        "ana-1": {"email": "ana+x@example.com", "firstName": "Ana", "customerClass": "A+B", "lastName": "de Souza"},
        "ob": {"email": "ob@example.com", "firstName": "Pat", "lastName": "O’Brien", "customerClass": "A B"},
    }
    for record_id, values in rows.items():
        saving.create(customers, values, by=admin, record_id=record_id)
    return customers


def found(browse, question: str, entity: str = "CL") -> list[str]:
    """What the address finds, typed as it is."""
    answer = browse.get(f"/crm/{entity}/?{question}")
    assert answer.status_code == 200
    return sorted(row.record.pk for row in answer.context["rows"])


IDS = ["ana-1", "ANA-1", "CL-ana-1", "cl-ANA-1"]


@pytest.mark.parametrize("written", IDS)
def test_r28_an_id_is_found_in_each_form_wherever_it_stands(browse, people, written):
    assert found(browse, f"_q={written}") == ["ana-1"]
    assert found(browse, f"id={written}") == ["ana-1"]
    assert found(browse, f"_where=id={written}") == ["ana-1"]
    assert found(browse, f"_where=id in ({written}, x)") == ["ana-1"]
    assert found(browse, f"_where=id={written[:-1]}*") == ["ana-1"]
    assert browse.get(f"/crm/CL/{written}/").context["record"].pk == "ana-1"
    assert browse.get(f"/crm/CL/{written}/history/").status_code == 200


@pytest.mark.parametrize("written", IDS)
def test_r28_a_relationship_takes_an_id_in_each_form(browse, people, define, admin, written):
    owner = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})
    model = define(code="Varchar 50", owner=owner)

    saving.create(model, {"code": "a", "owner": written}, by=admin, record_id="a")
    assert browse.post("/crm/PT/new/", {"code": "b", "owner": written}).status_code == 302

    assert (
        found(browse, f"owner={written}", "PT")
        == found(browse, f"_where=owner={written}", "PT")
        == [model.objects.get(code="b").pk, "a"]
    )


def test_r28_a_given_id_is_stored_without_its_acronym(people, admin):
    assert saving.create(people, {"firstName": "Caio"}, by=admin, record_id="CL-Caio").pk == "caio"


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("_q=ana+x@example.com", ["ana-1"]),
        ("email=ana+x@example.com", ["ana-1"]),
        ("email=ana%2Bx@example.com", ["ana-1"]),
        ("_where=email=ana+x@example.com", ["ana-1"]),
        ("_where=email+contains+ana+x", ["ana-1"]),
        ("email=ana+*", ["ana-1"]),
        ("customerClass=A+B", ["ob"]),
        ("customerClass=A+B&firstName=Ana", ["ana-1"]),
        ("customerClass=A%2BB", ["ana-1"]),
        ("lastName=de+Souza", ["ana-1"]),
        ("_q=de+souza", ["ana-1"]),
    ],
)
def test_r19_a_plus_typed_raw_is_a_plus_where_no_blank_fits(browse, people, question, ids):
    assert found(browse, question) == ids


def test_r19_the_export_of_such_a_list_has_the_same_records(browse, people):
    address = browse.get("/crm/CL/?customerClass=A+B&firstName=Ana").context["listing"].address

    rows = csv.DictReader(io.StringIO(b"".join(browse.get(f"/worksheets/export/CL/file/{address}")).decode("utf-8-sig")))

    assert [row["id"] for row in rows] == ["ana-1"]


@pytest.mark.parametrize("mark", "'’‘ʼ´`")
def test_r65_apostrophes_find_each_other(browse, people, mark):
    for question in (
        f"lastName=O{mark}Brien",
        f"_where=lastName=o{mark}brien",
        f"_q=o{mark}b",
        f"_where=lastName contains {chr(34)}o{mark}br{chr(34)}",
    ):
        assert found(browse, question) == ["ob"]


@pytest.fixture
def old_ids(customers, admin, define):
    """Ids of a time when the acronym was stored with them, beside one that is written alike."""
    for record_id in ("cl-5", "cl-6", "6", "7"):
        customers.objects.create(pk=record_id, email=f"{record_id}@example.com")
    return define(code="Varchar 50", owner=FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"}))


@pytest.mark.usefixtures("old_ids")
@pytest.mark.parametrize(
    ("written", "record_id"),
    [("cl-5", "cl-5"), ("CL-5", "cl-5"), ("CL-CL-5", "cl-5"), ("cl-6", "cl-6"), ("6", "6"), ("CL-7", "7"), ("5", None)],
)
def test_r28_an_id_as_it_is_stored_is_found_before_one_without_its_acronym(browse, old_ids, customers, admin, written, record_id):
    page = browse.get(f"/crm/CL/{written}/")
    assert (page.context["record"].pk if page.status_code == 200 else None) == record_id

    if record_id is None:
        return
    assert record_id in found(browse, f"_q={written}")
    assert record_id in found(browse, f"id={written}")
    assert record_id in found(browse, f"_where=id in ({written}, x)")
    assert record_id in found(browse, f"_where=id={written}*")
    referring = saving.create(old_ids, {"code": "a", "owner": written}, by=admin)
    assert referring.owner_id == record_id
    assert found(browse, f"owner={written}", "PT") == found(browse, f"_where=owner={written}", "PT") == [referring.pk]


@pytest.mark.usefixtures("old_ids")
def test_r28_a_record_with_an_old_id_has_a_history_and_comes_back_under_it(browse, customers):
    assert browse.get("/crm/CL/cl-5/history/").context["record_id"] == "cl-5"

    browse.post("/crm/CL/cl-5/delete/")

    assert browse.get("/crm/CL/?_deleted=cl-5").context["deleted"] == "cl-5"
    assert browse.get("/crm/CL/cl-5/history/").context["deleted"] == "cl-5"
    browse.post("/crm/CL/cl-5/restore/")
    assert sorted(customers.objects.values_list("pk", flat=True)) == ["6", "7", "cl-5", "cl-6"]
