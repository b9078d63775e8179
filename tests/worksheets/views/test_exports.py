"""From a list to its file: the page that says what goes out, and the download."""

import io

import openpyxl
import pytest
from django.utils.timezone import localtime, now

from crm.people.models import AuditEvent, Role, User
from crm.records.writing import saving
from crm.schema.generated import current


@pytest.fixture
def people(admin):
    model = current.models()["CL"]
    for name, gender in (("Ana", "female"), ("Bea", "female"), ("Caio", "male")):
        saving.create(model, {"firstName": name, "gender": gender, "email": f"{name.lower()}@example.com"}, by=admin)


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_page_counts_what_the_list_shows_and_offers_formats_and_columns(browse, people):
    answer = browse.get("/worksheets/export/CL/", {"gender": "female", "_sort": "firstName DESC"})

    text = answer.content.decode()
    assert "2 records, as the list shows them." in text
    assert [name in text for name in ('value="xlsx"', 'value="csv" id="format-csv" checked', 'value="ods"', 'value="xls"')] == [
        True
    ] * 4
    assert '<input type="hidden" name="gender" value="female" />' in text
    assert [choice.name for choice in answer.context["groups"][0].choices][:3] == ["id", "email", "userId"]


def test_r03_the_download_is_a_plain_link_with_what_the_list_shows(browse, people):
    answer = browse.get(
        "/worksheets/export/CL/file/", {"gender": "female", "_sort": "firstName DESC", "_column": ["firstName", "email"]}
    )

    assert content(answer) == b"\xef\xbb\xbffirstName,email\nBea,bea@example.com\nAna,ana@example.com\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="CL-{localtime(now()):%Y-%m-%d}T')
    assert answer["Content-Disposition"].endswith('.csv"')
    assert answer["Last-Modified"]


@pytest.mark.parametrize("language", ["pt-br", "es"])
def test_people_who_write_a_decimal_comma_get_a_file_that_their_spreadsheet_opens(browse, people, language):
    asked, headers = {"_column": ["firstName", "email"], "firstName": "Ana"}, {"accept-language": language}

    by_default = browse.get("/worksheets/export/CL/file/", asked, headers=headers)
    as_csv = browse.get("/worksheets/export/CL/file/", asked | {"_format": "csv"}, headers=headers)
    page = browse.get("/worksheets/export/CL/", headers=headers).text

    assert by_default["Content-Disposition"].endswith('.xlsx"')
    assert content(as_csv) == b"\xef\xbb\xbffirstName;email\nAna;ana@example.com\n"
    assert 'value="xlsx" id="format-xlsx" checked' in page
    assert '<option value=";" selected>' in page


@pytest.mark.parametrize(
    ("delimiter", "file"),
    [("plain", b"firstName,email\n"), (",", b"\xef\xbb\xbffirstName,email\n"), ("tab", b"\xef\xbb\xbffirstName\temail\n")],
)
def test_the_delimiter_is_chosen(browse, people, delimiter, file):
    asked = {"_column": ["firstName", "email"], "firstName": "Nobody", "_format": "csv", "_delimiter": delimiter}

    assert content(browse.get("/worksheets/export/CL/file/", asked, headers={"accept-language": "pt-br"})) == file


def test_an_unknown_delimiter_is_refused(browse, people):
    assert browse.get("/worksheets/export/CL/file/", {"_format": "csv", "_delimiter": "x"}).status_code == 422


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_the_same_in_every_format(browse, people, form):
    answer = browse.get("/worksheets/export/CL/file/", {"_format": form, "_column": "firstName"})

    assert answer["Content-Disposition"].endswith(f'.{form}"')
    if form == "xlsx":
        assert [row[0].value for row in openpyxl.load_workbook(io.BytesIO(content(answer))).active] == [
            "firstName",
            "Caio",
            "Bea",
            "Ana",
        ]
    else:
        assert content(answer)[:4] in {b"\xd0\xcf\x11\xe0", b"PK\x03\x04"}


def test_an_export_is_audited_with_its_size_and_without_values(browse, people):
    browse.get("/worksheets/export/CL/file/", {"_format": "xlsx", "_column": ["firstName"], "firstName": "Ana"})

    details = AuditEvent.objects.get(verb="export").details
    assert {name: details[name] for name in ("rows", "fields", "format")} == {
        "rows": 1,
        "fields": ["firstName"],
        "format": "xlsx",
    }
    assert "Ana" not in str(details)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"_format": "pdf"}, 422, "There is no format “pdf”."),
        ({"_column": "nope"}, 422, "CL has no field nope."),
        ({"_column": "email.nope"}, 422, "CL has no field email.nope."),
        ({"nope": "1"}, 400, "nope"),
    ],
)
def test_what_cannot_be_written_is_said_on_the_page(browse, people, asked, status, said):
    answer = browse.get("/worksheets/export/CL/file/", asked)

    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert not AuditEvent.objects.filter(verb="export").exists()


@pytest.mark.parametrize("address", ["/worksheets/export/CL/", "/worksheets/export/CL/file/"])
def test_exports_need_their_permission(client, people, address):
    client.force_login(User.objects.create(email="ed@example.com", role=Role.EDITOR))

    assert client.get(address).status_code == 403


def test_the_page_needs_as_many_queries_for_many_records(browse, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        browse.get("/worksheets/export/CL/")


def test_an_empty_rule_is_passed_on(browse, people):
    answer = browse.get("/worksheets/export/CL/?_where=")

    assert '<input type="hidden" name="_where" value="" />' in answer.content.decode()
