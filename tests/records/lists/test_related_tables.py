"""Related records on a record's page: as the form asks, as far as one may read, with a constant number of questions."""

from dataclasses import replace

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, stored_forms
from crm.schema.draft import editing
from crm.schema.models import DataEntity, Field, Form
from crm.schema.publishing import publishing

OWNER = FieldDefinition("owner", "Relationship", labels={"en": "Owner"}, options={"entity": "CL", "display": "email"})


@pytest.fixture
def places(define):
    return define(name="Varchar 50", owner=OWNER)


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin, record_id="a")


@pytest.fixture
def ask(admin):
    """The default form of CL asks for these related records."""

    def asked(*related: str) -> None:
        form = Form.objects.get(entity__acronym="CL", is_default=True)
        stored_forms.change(form, lambda design: replace(design, related=related), by=admin, what="Asked")

    return asked


def tables(browse, address="/crm/CL/a/"):
    return browse.get(address).context["related"]


def titles(table) -> list[str]:
    return [row.title for row in table.rows]


def test_records_that_point_here_are_listed_newest_first(browse, places, ana, ask, admin):
    ask("PT.owner")
    for name in ("Home", "Work"):
        saving.create(places, {"name": name, "owner": "a"}, by=admin)
    saving.create(places, {"name": "Elsewhere"}, by=admin)

    (table,) = tables(browse)

    assert (table.entity.acronym, titles(table), table.has_more) == ("PT", ["Work", "Home"], False)
    assert [column.name for column in table.columns] == ["name"]
    assert (table.list_address, table.new_address) == ("/crm/PT/?owner=a", "/crm/PT/new/?owner=a")
    page = browse.get("/crm/CL/a/").text
    assert f'href="/crm/PT/{table.rows[0].record.pk}/"' in page


def test_the_list_and_a_new_record_begin_with_this_one(browse, places, ana, ask, admin):
    ask("PT.owner")
    saving.create(places, {"name": "Home", "owner": "a"}, by=admin)
    (table,) = tables(browse)

    listed, new = browse.get(table.list_address), browse.get(table.new_address)
    browse.post(table.new_address, {"name": "Work", "owner": new.context["form"]["owner"].value()})

    assert [chip.text for chip in listed.context["listing"].active] == ["ana@example.com"]
    assert new.context["form"]["owner"].value() == "ana@example.com"
    assert titles(tables(browse)[0]) == ["Work", "Home"]


def test_beyond_ten_there_is_a_way_to_all(browse, places, ana, ask, admin):
    ask("PT.owner")
    for n in range(11):
        saving.create(places, {"name": f"Home {n}", "owner": "a"}, by=admin)

    (table,) = tables(browse)

    assert (len(table.rows), table.has_more) == (10, True)
    assert "All of them" in browse.get("/crm/CL/a/").text


def test_a_new_record_has_none(browse, places, ask):
    ask("PT.owner")

    assert tables(browse, "/crm/CL/new/") == []


@pytest.mark.parametrize("asked", ["PT.name", "PT.nothing", "XX.owner", "CL.email", "", ".", "PT."])
def test_what_points_nowhere_here_is_left_out(browse, places, ana, ask, asked):
    ask(asked)

    assert tables(browse) == []


def test_a_relationship_that_was_hidden_since_is_left_out(browse, places, ana, ask, admin):
    ask("PT.owner")
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="owner"))
    publishing.publish(by=admin)

    assert tables(browse) == []
    assert "is no relationship that points to Customers" in browse.get("/schema/CL/forms/default/").text


@pytest.mark.parametrize("count", [1, 3])
def test_related_records_cost_a_constant_number_of_questions(browse, places, ana, ask, admin, count, django_assert_num_queries):
    ask("PT.owner")
    for n in range(count):
        saving.create(places, {"name": f"Home {n}", "owner": "a"}, by=admin)
    browse.get("/crm/CL/a/")

    with django_assert_num_queries(EXPECTED):
        browse.get("/crm/CL/a/")


EXPECTED = 10


@pytest.mark.parametrize(
    ("given", "value"),
    [("owner=a", "ana@example.com"), ("owner=nobody", ""), ("name=Home", "Home"), ("name=" + "x" * 51, ""), ("name=%00", "")],
)
def test_an_address_gives_a_new_record_what_fits(browse, places, ana, given, value):
    field = given.partition("=")[0]

    response = browse.get(f"/crm/PT/new/?{given}")

    assert response.status_code == 200
    assert (response.context["form"][field].value() or "") == value


def test_an_address_gives_nothing_to_a_place_that_is_read_only(browse, places, ana, admin):
    form = DataEntity.objects.get(acronym="PT").forms.get()
    stored_forms.change(form, lambda design: arranging.set_place(design, "owner", read_only=True), by=admin, what="Said")

    assert not browse.get("/crm/PT/new/?owner=a").context["form"]["owner"].value()
