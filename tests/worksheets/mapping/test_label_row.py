"""R-15: the first row has the names of the fields always; a second
one, with the names that people read, comes and goes on request."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping import label_row
from crm.worksheets.models import Worksheet

HEADERS = ["id", "email", "firstName"]
ENGLISH, PORTUGUESE = ["Record id", "E-mail", "First name"], ["Id do registro", "E-mail", "Nome"]


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin, record_id="ana")


def rows(*cells: list[str]) -> list[SheetRow]:
    return [SheetRow(number, list(row)) for number, row in enumerate(cells, start=1)]


@pytest.mark.parametrize(
    ("second", "is_found"),
    [
        (ENGLISH, True), (PORTUGUESE, True), (["", "E-mail", ""], True), ([" Record id", "E-mail "], True),
        (["Record id", "E-mail", "Nome"], False),  # of two languages
        (["Record id", "ana@example.com", "First name"], False),
        (["", "", ""], False), ([*ENGLISH, "more"], False), (["E-mail", "Record id", "First name"], False),
    ],
)  # fmt: skip
def test_a_second_row_is_recognised_when_all_that_it_holds_are_labels_of_one_language(customers, second, is_found):
    assert label_row.find_label_row(customers, HEADERS, rows(HEADERS, second), 1) == (2 if is_found else 0)


def test_without_names_there_is_no_second_row_of_them(customers):
    assert label_row.find_label_row(customers, ["A", "B", "C"], rows(ENGLISH), 0) == 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "xls", "ods"])
def test_the_page_writes_it_in_the_language_of_the_reader_and_reads_it_again(browse, admin, ana, form):
    type(admin.user).objects.update(language="pt-br")
    file = browse.get("/worksheets/export/CL/file/", {"_format": form, "_labels": "yes", "_column": HEADERS}).getvalue()
    type(admin.user).objects.update(language="en")

    page = browse.post("/worksheets/new/", {"entity": "CL", "file": SimpleUploadedFile("list", file)}, follow=True)

    assert (
        form != "csv" or file.decode("utf-8-sig") == "id;email;firstName\nId do registro;E-mail;Nome\nana;ana@example.com;Ana\n"
    )
    assert "Row 1 names the columns, row 2 holds their labels." in page.text
    assert (page.context["counts"].rows, page.context["counts"].unchanged) == (1, 1)


def test_what_was_recognised_can_be_switched(browse, ana):
    text = b"email,firstName\nE-mail,First name\nana@example.com,Ana\n"
    page = browse.post("/worksheets/new/", {"entity": "CL", "file": SimpleUploadedFile("list.csv", text)}, follow=True)
    chosen = {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False, "")}

    page = browse.post(Worksheet.objects.get().get_absolute_url(), {**chosen, "labels": "no", "do": "rehearse"}, follow=True)

    assert "Row 1 names the columns." in page.text
    assert (page.context["counts"].rows, page.context["counts"].errors) == (2, 1)


def test_commands_write_it_recognise_it_and_are_told_otherwise(customers, ana, tmp_path, capsys):
    file = tmp_path / "list.csv"
    call_command("export_worksheet", file, "--fields", "id,email,createdIn", "--labels", "es")
    assert list(csv.reader(file.open()))[1] == ["Id del registro", "Correo electrónico", "createdIn"]

    for option, counted in ([], (1, 0)), (["--labels", "no"], (2, 1)):
        call_command("import_worksheet", file, *option)
        counts = Worksheet.objects.first().counts
        assert (counts["rows"], counts["errors"]) == counted


def test_a_related_column_is_labelled_by_both(define, customers):
    orders = define(
        "OR", buyer=FieldDefinition("buyer", "Relationship", {"en": "Buyer"}, options={"entity": "CL", "display": "email"})
    )

    assert label_row.label_of(orders, "buyer.firstName") == "Buyer: First name"
