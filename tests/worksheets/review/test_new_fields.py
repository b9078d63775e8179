"""A column that no field is for gets one, of the narrowest type that takes all of its cells."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.people.models import Role, User
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import CellFormat
from crm.schema.generated import current
from crm.worksheets.models import Worksheet
from crm.worksheets.review import new_fields, reviewing


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        (["sim", "não", ""], "Boolean"),
        (["1", "0", "1"], "Integer"),
        (["12", "-5"], "Integer"),
        (["3000000000"], "Long"),
        (["01310", "86320"], "Varchar 50"),
        (["+5511987654321"], "Varchar 50"),
        (["12.50", "7"], "Decimal"),
        (["2026-12-31"], "Date"),
        (["2026-12-31", "2026-12-31T10:00:00Z"], "Date and Time"),
        (["ana@example.com"], "Email"),
        (["Centro"], "Varchar 50"),
        (["x" * 51], "Varchar 100"),
        (["x" * 751], "Text"),
        (["12", "many"], "Varchar 50"),
        (["", "[null]"], "Varchar 100"),
    ],
)
def test_the_type_is_the_narrowest_that_takes_all_cells(cells, label):
    assert new_fields.narrowest(cells, CellFormat()) == label


def test_dates_and_decimals_are_told_as_they_are_written():
    assert new_fields.narrowest(["31/12/2026"], CellFormat("dmy")) == "Date"
    assert new_fields.narrowest(["12,50"], CellFormat("iso", ",")) == "Decimal"


@pytest.fixture
def review(browse, customers):
    text = "email;Bairro preferido;Visitou em\nana@example.com;Centro;31/12/2025\nbea@example.com;;\n"
    file = SimpleUploadedFile("list.csv", text.encode())
    return browse.post("/worksheets/new/", {"entity": "CL", "file": file}, follow=True)


def chosen(page) -> dict:
    return {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False, "")}


def test_a_field_is_made_of_a_column_and_filled_by_it(browse, review):
    address = Worksheet.objects.get().get_absolute_url()
    assert review.text.count('name="new_field"') == 2

    page = browse.post(address, {**chosen(review), "new_field": "2"}, follow=True)
    assert page.context["form"].initial == {"label": "Visitou em", "type": "Date"}

    page = browse.post(page.redirect_chain[-1][0], {"label": "Visitou em", "type": "Date"}, follow=True)
    assert "The field Visitou em (VisitouEm) is published and filled by this column." in page.text
    assert (page.context["is_rehearsed"], page.context["counts"].created) == (True, 2)

    browse.post(address, {**chosen(page), "do": "import"})
    model = current.newest()["CL"]
    assert [str(day) for day in model.objects.order_by("email").values_list("VisitouEm", flat=True)] == ["2025-12-31", "None"]


def test_a_label_that_is_taken_gets_a_name_of_its_own(browse, review):
    address = f"{Worksheet.objects.get().get_absolute_url()}fields/1/"

    browse.post(address, {"label": "Phone", "type": "Varchar 50"})

    assert Worksheet.objects.get().choices["map"]["Bairro preferido"] == "Phone2"


def test_a_column_that_another_tab_has_filled_meanwhile_gets_no_second_field(browse, review, admin):
    behind = reviewing.open_review(Worksheet.objects.get())
    browse.post(f"{Worksheet.objects.get().get_absolute_url()}fields/1/", {"label": "Hood", "type": "Varchar 50"})

    with pytest.raises(InvalidField, match="by now"):
        new_fields.add(behind, 1, label="Hood", type_label="Varchar 50", by=admin)
    assert "Hood2" not in {field.name for field in current.newest().entity("CL").fields}


def test_what_does_not_fit_is_said_and_nothing_is_made(browse, review):
    answer = browse.post(f"{Worksheet.objects.get().get_absolute_url()}fields/1/", {"label": "", "type": "Rule"})

    assert answer.status_code == 422
    assert Worksheet.objects.get().choices["map"] == {"email": "email"}


@pytest.mark.parametrize("place", [0, 9])
def test_a_column_that_is_filled_or_missing_has_no_such_page(browse, review, place):
    answer = browse.get(f"{Worksheet.objects.get().get_absolute_url()}fields/{place}/")

    assert answer.status_code == {0: 302, 9: 404}[place]


def test_only_who_may_change_the_schema_is_offered_it(browse, review):
    browse.force_login(User.objects.create(email="ed@example.com", name="Ed", role=Role.EDITOR))
    address = Worksheet.objects.get().get_absolute_url()

    assert 'name="new_field"' not in browse.get(address).text
    assert browse.get(f"{address}fields/1/").status_code == 403


def test_the_label_is_proposed_as_people_write_it(browse, customers):
    file = SimpleUploadedFile("list.csv", b"email;zip_code\nana@example.com;01310\n")
    browse.post("/worksheets/new/", {"entity": "CL", "file": file})

    page = browse.get(f"{Worksheet.objects.get().get_absolute_url()}fields/1/")

    assert page.context["form"].initial == {"label": "Zip code", "type": "Varchar 50"}
