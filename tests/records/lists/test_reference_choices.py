"""What a combo box offers: records sought by what is shown of them."""

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, stored_forms
from crm.schema.models import DataEntity

EMAIL = FieldDefinition("owner", "Relationship", labels={"en": "Owner"}, options={"entity": "CL", "display": "email"})


@pytest.fixture
def places(define):
    return define(name="Varchar 50", owner=EMAIL)


def make(customers, admin, **names):
    for key, name in names.items():
        saving.create(customers, {"email": f"{key}@example.com", "firstName": name}, by=admin, record_id=key)


def offered(browse, text="", address="/crm/choices/PT/owner/"):
    return browse.get(address, {"_q": text}).json()


def test_choices_show_what_is_shown_of_the_record_and_what_tells_it_from_others(browse, places, customers, admin):
    make(customers, admin, ana="Ana")

    assert offered(browse) == {"message": "1 record", "choices": [{"id": "ana", "title": "ana@example.com", "detail": "Ana"}]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["bea", "ana"]),
        ("ANA", ["ana"]),
        ("example be", ["bea"]),
        ("CL-an", ["ana"]),
        ("an", ["ana"]),
        ("zzz", []),
        ("a\0na", ["ana"]),
        ("*", []),
        ("%", []),
        ("x" * 500, []),
    ],
)
def test_choices_are_sought_by_words_and_by_the_beginning_of_the_id(browse, places, customers, admin, text, found):
    make(customers, admin, ana="Ana", bea="Bea")

    assert [choice["id"] for choice in offered(browse, text)["choices"]] == found


def test_nothing_that_matches_is_said(browse, places):
    assert offered(browse, "zzz")["message"] == "Nothing matches"


def test_no_more_than_twenty_are_offered(browse, places, customers, admin):
    make(customers, admin, **{f"p{n}": "P" for n in range(25)})

    assert len(offered(browse)["choices"]) == 20


@pytest.mark.parametrize(("text", "found"), [("1", ["a", "b"]), ("12", ["b"]), ("2", [])])
def test_r29_numbers_are_sought_by_how_they_begin(browse, define, admin, text, found):
    # The entity of numbers first: it is pointed to.
    numbers = define("NU", number="Integer")
    define("PT", to=FieldDefinition("to", "Relationship", options={"entity": "NU", "display": "number"}))
    for key, number in (("a", 1), ("b", 12)):
        saving.create(numbers, {"number": number}, by=admin, record_id=key)

    shown = offered(browse, text, "/crm/choices/PT/to/")["choices"]

    assert sorted(choice["id"] for choice in shown) == found
    assert all(choice["title"] in {"1", "12"} for choice in shown)


@pytest.mark.parametrize("count", [1, 3])
def test_choices_cost_a_constant_number_of_questions(browse, places, customers, admin, count, django_assert_num_queries):
    make(customers, admin, **{f"p{n}": "P" for n in range(count)})
    offered(browse)

    with django_assert_num_queries(7):
        offered(browse, "p")


@pytest.mark.parametrize("address", ["PT/name/", "PT/nothing/", "XX/owner/", "PT/a%00b/"])
def test_what_is_no_relationship_has_no_choices(browse, places, address):
    assert browse.get(f"/crm/choices/{address}").status_code == 404


def test_a_relationship_is_a_combo_box_unless_the_form_says_otherwise(browse, places, customers, admin):
    make(customers, admin, ana="Ana")
    saving.create(places, {"name": "Home", "owner": "ana"}, by=admin, record_id="home")
    form = DataEntity.objects.get(acronym="PT").forms.get()

    assert 'data-combobox="/crm/choices/PT/owner/"' in browse.get("/crm/PT/home/").text
    stored_forms.change(form, lambda design: arranging.set_place(design, "owner", combo_box=False), by=admin, what="Said")
    assert "data-combobox" not in browse.get("/crm/PT/home/").text


def test_a_refused_form_shows_the_record_that_was_picked(browse, places, customers, admin):
    make(customers, admin, ana="Ana")

    response = browse.post("/crm/PT/new/", {"name": "x" * 51, "owner": "ana"})

    assert response.status_code == 422
    assert 'data-title="ana@example.com"' in response.text


def test_a_list_is_filtered_by_a_combo_box(browse, places, customers, admin):
    make(customers, admin, ana="Ana")
    form = DataEntity.objects.get(acronym="PT").forms.get()
    stored_forms.change(form, lambda design: arranging.add_to(design, "filters", "owner"), by=admin, what="Said")

    page = browse.get("/crm/PT/?owner=ana").text

    assert 'data-combobox="/crm/choices/PT/owner/" data-title="ana@example.com"' in page
