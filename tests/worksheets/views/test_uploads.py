"""Files come in: how large they may be is said first, and what they are is told by what is in them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing import FORMATS
from crm.worksheets.models import Worksheet
from crm.worksheets.views.forms import MOST_PASTED

MB = 1024 * 1024


def test_r13_the_limit_is_said_in_the_form_and_checked_before_anything_is_sent(browse, settings):
    page = browse.get("/worksheets/new/").text

    assert f"Up to {settings.MAX_UPLOAD_MB} MB." in page
    assert f'data-most-bytes="{settings.MAX_UPLOAD_MB * MB}"' in page
    assert 'data-too-large="The file is larger than' in page
    assert settings.MAX_UPLOAD_MB >= 50


def test_r13_a_file_beyond_the_limit_is_refused_by_name_and_not_kept(browse, settings):
    settings.MAX_UPLOAD_MB = 1
    answer = browse.post("/worksheets/new/", {"entity": "CL", "file": SimpleUploadedFile("big.csv", b"email\n" + b"x" * MB)})

    assert (answer.status_code, Worksheet.objects.count()) == (422, 0)
    assert "The file is larger than 1 MB." in answer.text


def test_r13_what_is_heavy_for_its_few_rows_goes_in(browse, customers):
    text = "email;restrictions\n" + "".join(f"c{n}@example.com;{'x' * 900_000}\n" for n in range(6))

    browse.post("/worksheets/new/", {"entity": "CL", "file": SimpleUploadedFile("heavy.csv", text.encode())})

    assert Worksheet.objects.get().counts["created"] == 6


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("headers", [["lastName", "email"], ["Last name", "E-mail"]], ids=["names", "labels"])
def test_r07_every_format_is_told_by_content_with_columns_in_any_order(browse, customers, form, headers):
    table = Table("List", headers, ["text", "text"], [[["Lima", "Reis"], ["ana@example.com", "bea@example.com"]]], timezone.now())
    file = SimpleUploadedFile("named-wrongly.txt", b"".join(FORMATS[form].chunks(table)))

    page = browse.post("/worksheets/new/", {"entity": "CL", "file": file}, follow=True)
    browse.post(page.redirect_chain[-1][0], {**chosen(page), "do": "import"})

    assert dict(customers.objects.values_list("email", "lastName")) == {"ana@example.com": "Lima", "bea@example.com": "Reis"}


def chosen(page) -> dict:
    """The review's form as it stands there."""
    return {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False, "")}


def test_rows_are_pasted_from_a_spreadsheet(browse, customers):
    rows = 'E-mail\tFirst name\tBirth date\r\nana@example.com\tAna, a "primeira"\t1990-02-03\r\n'

    page = browse.post("/worksheets/new/", {"entity": "CL", "pasted": rows}, follow=True)
    browse.post(page.redirect_chain[-1][0], {**chosen(page), "do": "import"})

    assert customers.objects.values_list("email", "firstName").get() == ("ana@example.com", 'Ana, a "primeira"')
    assert Worksheet.objects.get().name == "pasted rows.tsv"


@pytest.mark.parametrize(
    ("pasted", "file", "said"),
    [
        ("", None, "Choose a file, or paste rows below."),
        (" \n", None, "Choose a file, or paste rows below."),
        ("email\na@b.co", b"email\n", "Choose a file or paste rows, not both."),
    ],
)
def test_one_of_file_and_pasted_rows_is_needed(browse, pasted, file, said):
    data = {"entity": "CL", "pasted": pasted} | ({"file": SimpleUploadedFile("list.csv", file)} if file else {})

    answer = browse.post("/worksheets/new/", data)

    assert (answer.status_code, said in answer.text, Worksheet.objects.exists()) == (422, True, False)


def test_pasted_rows_have_the_limit_of_files(browse, settings):
    settings.MAX_UPLOAD_MB = 1
    rows = "email\tfirstName\n" + "ana@example.com\tAna\n" * 60_000

    answer = browse.post("/worksheets/new/", {"entity": "CL", "pasted": rows})

    assert (answer.status_code, "These rows are more than 1 MB." in answer.text) == (422, True)


def test_pasted_rows_beyond_the_limit_are_refused_with_a_sentence(browse):
    answer = browse.post("/worksheets/new/", {"entity": "CL", "pasted": "email\n" + "x" * MOST_PASTED})

    assert (answer.status_code, Worksheet.objects.exists()) == (422, False)
    assert f"at most {MOST_PASTED} characters" in answer.text


def test_why_pasted_rows_cannot_be_read_stands_beside_them(browse):
    answer = browse.post("/worksheets/new/", {"entity": "CL", "pasted": 'email\t"name\na@b.co\tAna'})

    assert answer.context["form"].errors["pasted"] == [
        "The names of the columns cannot be read. A quote is opened here and never closed."
    ]
    assert "a@b.co" in answer.text
