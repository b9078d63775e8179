"""The error worksheet: what was uploaded and why it was refused, without a cell that runs."""

import csv
import io

import pytest
from django.utils import timezone

from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing import FORMATS
from crm.worksheets.importing import rehearsing, report
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.stated import Stated
from crm.worksheets.models import Worksheet
from crm.worksheets.review import reviewing


def error_file(worksheet: Worksheet) -> bytes:
    prepared = prepare(worksheet)
    return b"".join(report.error_chunks(prepared, report.error_format(prepared)))


def test_refused_rows_come_back_as_uploaded_but_run_nothing(import_text):
    text = "email,firstName,lastName,gender\nnot an address,=1+1,'=2,[null]\nana@example.com,Ana,,\n"

    worksheet = import_text(text, key="email").worksheet

    header, row = csv.reader(error_file(worksheet).decode().splitlines())
    assert header == ["email", "firstName", "lastName", "gender", "_row", "_error"]
    assert row[:5] == ["not an address", "'=1+1", "'=2", "[null]", "2"]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_error_worksheet_is_of_the_uploaded_format_and_can_be_mended(import_text, customers, kind):
    table = Table(
        "List", ["email", "firstName"], ["text", "text"], [[["no address", "ana@b.co"], ["=Bea", "Ana"]]], timezone.now()
    )
    worksheet = import_text(b"".join(FORMATS[kind].chunks(table)), key="email").worksheet

    refused = error_file(worksheet)

    with io.BytesIO(refused) as file:
        form = reader.detect_format(file)
        assert form.kind == kind
        assert reader.header_names(form) == ["email", "firstName", "_row", "_error"]
        (row,) = reader.rows_of(file, form)
    assert row.cells == ["no address", "'=Bea", "2", "email: “no address” is not an e-mail address."]
    assert import_text(refused, key="email").errors == [(2, "email", "no address", "“no address” is not an e-mail address.")]


def test_a_text_keeps_its_delimiter(import_text):
    worksheet = import_text("email;firstName\nno address;a,b\n", key="email").worksheet

    assert error_file(worksheet).decode().splitlines()[1].startswith("no address;a,b;2;")


def test_a_file_may_be_named_as_another_format(import_text, tmp_path):
    worksheet = import_text("email\nno address\n", key="email").worksheet

    report.write_error_worksheet(prepare(worksheet), tmp_path / "errors.xlsx")

    with (tmp_path / "errors.xlsx").open("rb") as file:
        assert reader.detect_format(file).kind == "xlsx"


def test_r03_refused_rows_are_a_plain_link_to_a_file(client, admin, import_text):
    worksheet = import_text("email,firstName\nnot an address,Ana\n", key="email").worksheet
    client.force_login(admin.user)
    address = f"/worksheets/{worksheet.number}/errors/"

    answer = client.get(address)

    assert f'<a href="{address}">' in client.get(worksheet.get_absolute_url()).text
    assert answer["Content-Disposition"] == f'attachment; filename="errors-{worksheet.number}.csv"'
    assert b"".join(answer.streaming_content).startswith(b"email,firstName,_row,_error\n")


def test_a_column_whose_cells_its_field_cannot_read_is_told(upload, customers):
    worksheet = upload("email,birthDate\n" + "".join(f"c{n}@example.com,{n}th of May\n" for n in range(5)))
    reviewing.begin(worksheet, stated=Stated(ImportChoices()))
    rehearsing.rehearse_only(prepare(worksheet))

    facts = report.facts(worksheet)

    assert facts["ignored_columns"] == ["birthDate"]
    assert facts["notes"] == [
        '“birthDate” fills nothing: birthDate could read too few of its cells. --map "birthDate=birthDate" takes it all the same.'
    ]
