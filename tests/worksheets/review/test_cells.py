"""What the review asks, offers and lists of cells that are not what they seem."""

import io

import pytest

from crm.worksheets.importing import purging
from crm.worksheets.models import Worksheet
from tests.worksheets.formats.packages import sheet
from tests.worksheets.review.pages import worksheet_of
from tests.worksheets.rich_customers import publish_rich_customers


@pytest.fixture
def rich(db, client):
    return publish_rich_customers()


def fixes(page) -> list[list[str]]:
    return [[fix.label for fix in cause.fixes] for cause in page.context["causes"]]


INLINE = '<c t="inlineStr"><is><t>{}</t></is></c>'


def formulas_without_values() -> bytes:
    head = "".join(INLINE.format(name) for name in ("email", "firstName", "birthDate", "qty"))
    row = INLINE.format("of1@example.com") + "".join(
        f"<c><f>{formula}</f><v/></c>" for formula in ("A1", "DATE(1980,5,15)", "1+1")
    )
    return sheet(f"<row>{head}</row><row>{row}</row>").getvalue()


def test_only_what_mends_a_cell_is_offered(rich, upload_page):
    page = upload_page(formulas_without_values(), "list.xlsx")

    assert fixes(page) == [["Leave this 1 cell out"]] * 3


def test_whole_numbers_with_thousands_are_asked_about(rich, upload_page, press):
    page = upload_page("email;qty\nip1@example.com;1.000\nip2@example.com;12.000\nip3@example.com;250\n")

    (prompt,) = page.context["questions"]
    assert "“1.000” in qty" in prompt.text
    assert [option.label.partition(":")[0] for option in prompt.options] == ["1000", "refused"]
    page = press(page, **{prompt.name: ","})
    press(page, do="import")
    assert list(rich.objects.order_by("email").values_list("qty", flat=True)) == [1000, 12000, 250]


def test_thousands_are_clear_where_other_columns_show_the_decimal_comma(rich, upload_page, press):
    page = upload_page("email;spent;qty\na@example.com;1,12;1.000\nb@example.com;1.234,56;2\n")

    assert page.context["questions"] == []
    press(page, do="import")
    assert list(rich.objects.order_by("email").values_list("qty", flat=True)) == [1000, 2]


def test_lost_zeros_are_offered_where_the_check_digits_fit(rich, upload_page, press):
    page = upload_page("email,cpf\nz2@example.com,1234567890\nz3@example.com,123456797\nz9@example.com,1234567891\n")

    causes = page.context["causes"]
    fill = next(fix for cause in causes for fix in cause.fixes if "zeros" in fix.label)
    assert fill.label == "Fill 2 numbers with zeros"
    page = press(page, mend=fill.changes)
    assert page.context["counts"].created == 2


def test_lost_zeros_that_are_only_told_are_filled_on_request(rich, upload_page, press):
    page = upload_page("email,document,firstName\na@example.com,1234567890,Jos&eacute;\nb@example.com,01234567890,Bia\n")

    offered = dict(page.context["remark_fixes"])
    assert {header: fix.label for header, fix in offered.items()} == {
        "document": "Fill 1 number with zeros",
        "firstName": "Read the letters of 1 text that a web page wrote",
    }
    page = press(press(page, mend=offered["document"].changes), mend=offered["firstName"].changes)
    assert (page.context["remark_fixes"], page.context["counts"].notes) == ([], [])
    press(page, do="import")
    assert rich.objects.values_list("document", "firstName").get(email="a@example.com") == ("01234567890", "José")


def test_zeros_mend_no_row_that_is_refused_for_something_else(rich, upload_page, press):
    rich.objects.all().delete()
    press(upload_page("email,userId\na@example.com,1234567890\n"), do="import")

    page = upload_page("email,userId\nb@example.com,1234567890\n")

    assert [fix for cause in page.context["causes"] for fix in cause.fixes] == []


def test_codes_that_were_read_as_numbers_lose_their_decimals_on_request(rich, upload_page, press):
    page = upload_page("email,phone,cpf\na@example.com,11987654321.0,52998224725.0\n")

    for name in ("phone", "cpf"):
        cause = next(cause for cause in page.context["causes"] if cause.group.column == name)
        assert cause.fixes[0].label == "Take the decimals away from 1 code"
        page = press(page, mend=cause.fixes[0].changes)
    assert (page.context["causes"], page.context["counts"].created) == ([], 1)


def test_addresses_with_more_around_them_are_taken_out_on_request(rich, upload_page, press):
    page = upload_page("E-mail,Nome\n" + "".join(f"Ana <a{n}@example.com>,Ana\n" for n in range(6)) + "b@example.com,Bia\n")

    (fix,) = [fix for cause in page.context["causes"] for fix in cause.fixes]
    assert fix.label == "Take the addresses out of 6 cells"
    page = press(page, mend=fix.changes)
    assert page.context["counts"].created == 7
    assert "of more than an address, the address" in page.text


def test_what_says_nothing_is_read_as_empty_on_request(rich, upload_page, press):
    page = upload_page("email,birthDate,phone\na@example.com,0000-00-00,N/A\nb@example.com,1980-01-31,x\n")

    labels = [[fix.label for fix in cause.fixes] for cause in page.context["causes"]]
    blank, leave = "Read 1 cell that says nothing as empty", "Leave this 1 cell out"
    assert labels == [[blank, "Leave these 2 cells out"], [blank, leave]]
    mend = next(fix.changes for cause in page.context["causes"] if cause.group.column == "birthDate" for fix in cause.fixes)
    page = press(page, mend=mend)
    assert {cause.group.column for cause in page.context["causes"]} == {"phone"}
    assert "words for nothing are empty cells" in page.text


def test_a_file_of_dos_is_proposed_openly(rich, upload_page):
    page = upload_page("email;firstName\nc9@example.com;Conceição\n".encode("cp850"))

    guess = next(guess for guess in page.context["guesses"] if guess.name == "format")
    assert guess.is_open
    assert "DOS (CP850)" in guess.sentence


def test_letters_that_are_not_clear_are_asked_about(rich, upload_page, press):
    page = upload_page("email;firstName\na@example.com;Łukasz\nb@example.com;Michał\n".encode("cp1250"))

    (prompt,) = page.context["questions"]
    assert prompt.options[0].label == "Łukasz Michał: Windows-1250"
    assert page.text.count('name="encoding"') == len(prompt.options)
    assert not page.context["is_rehearsed"]
    press(press(page, encoding="cp1250"), do="import")
    assert list(rich.objects.order_by("email").values_list("firstName", flat=True)) == ["Łukasz", "Michał"]


def test_the_lost_zeros_of_a_document_are_offered_where_they_make_a_cpf(rich, upload_page, press):
    page = upload_page("email,documentType,document\nz4@example.com,cpf,1234567890\nz5@example.com,cpf,6990590000123\n")

    assert fixes(page) == [["Fill 1 number with zeros"], []]
    page = press(page, mend=page.context["causes"][0].fixes[0].changes)
    press(page, do="import")
    assert list(rich.objects.values_list("email", "document")) == [("z4@example.com", "01234567890")]


@pytest.fixture
def left_out(rich, upload_page, press) -> Worksheet:
    page = upload_page("email,birthDate\na@example.com,someday\nb@example.com,1980-01-02\n")
    page = press(page, mend=page.context["causes"][0].fixes[-1].changes)
    return worksheet_of(press(page, do="import"))


def test_what_was_left_out_is_found_again(left_out, client):
    page = client.get(left_out.get_absolute_url()).content.decode()
    listed = client.get(f"{left_out.get_absolute_url()}refused/?_left_out=1").content.decode()
    errors = b"".join(client.get(f"{left_out.get_absolute_url()}errors/").streaming_content).decode()

    assert "Cells left out" in page
    assert "someday" in page
    assert "someday" in listed
    assert io.StringIO(errors).readlines()[1:] == [
        "a@example.com,someday,2,birthDate is left out: “someday” is not a date such as 2026-12-31.\n"
    ]


def test_what_was_left_out_stays_listed_without_its_value(left_out, client):
    purging.purge(left_out)

    page = client.get(left_out.get_absolute_url()).content.decode()
    assert "Cells left out" in page
    assert "someday" not in page
    assert left_out.left_out_cells.values_list("row", "column", "value", "reason").get() == (
        2, "birthDate", "", "“…” is not a date such as 2026-12-31.",
    )  # fmt: skip


def test_the_order_of_dates_is_seen_in_years_of_two_digits(rich, upload_page, press):
    page = upload_page(
        "email,birthDate,seenAt,alarm\nth1x@example.com,11/21/61,12/31/2023 11:59 PM,3:10 pm\n"
        'th2x@example.com,12/31/99,"12/31/2023, 08:30 AM",8:30:00 AM\n'
    )

    assert page.context["questions"] == []
    assert "birthDate: 2 years of two digits are read as from 1930 to 2029 (11/21/61)." in page.content.decode()
    press(page, do="import")
    assert [str(day) for day in rich.objects.order_by("email").values_list("birthDate", flat=True)] == [
        "1961-11-21",
        "1999-12-31",
    ]


def test_ids_of_another_system_are_for_new_records_alone(rich, upload_page, press):
    made = "0a1b2c3d-0000-4000-8000-000000000001"
    page = upload_page(f"id,email,firstName\n{made},a@example.com,Ana\n")
    assert "Only new ones get <i>id</i>." in page.text

    press(press(page, duplicates="last"), do="import")

    assert [record.pk for record in rich.objects.all()] == [made]
