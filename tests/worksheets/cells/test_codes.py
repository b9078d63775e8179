"""Codes that lost something on their way through a spreadsheet, and options that were divided in another way."""

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.option_values import choices_from_text
from crm.worksheets.mapping.choices import ColumnChoices

DOCUMENTS = """email,cpf,documentType,document,cep
z1@example.com,01234567890,cpf,01234567890,01310100
z2@example.com,1234567890,,,1310100
z3@example.com,123456797,,,
z4@example.com,,cpf,1234567890,
z5@example.com,"1,23457E+09",,,
z6@example.com,,,,1310-100
"""


def test_lost_zeros_are_explained(import_text, people):
    found = import_text(DOCUMENTS, key="email")

    zeros = "and a spreadsheet takes leading zeros away."
    assert found.counts == {"rows": 6, "created": 1, "errors": 5}
    assert [(row, column, reason) for row, column, _value, reason in found.errors] == [
        (3, "cpf", f"“1234567890” has 10 digits: a CPF has 11, {zeros}"),
        (3, "cep", f"“1310100” has seven digits: a postal code has eight, {zeros}"),
        (4, "cpf", f"“123456797” has 9 digits: a CPF has 11, {zeros}"),
        (5, "document", f"“1234567890” has 10 digits: a CPF has 11, {zeros}"),
        (6, "cpf", "“1,23457E+09” was shortened by a spreadsheet: its last digits are lost. Format the column as text and enter it again."),
        (7, "cep", f"“1310-100” has seven digits: a postal code has eight, {zeros}"),
    ]  # fmt: skip


def test_lost_zeros_are_filled_in_on_request(import_text, people):
    own = {"cpf": ColumnChoices(is_filled=True), "cep": ColumnChoices(is_filled=True)}

    import_text(DOCUMENTS, key="email", columns=own)

    found = people.objects.order_by("email").values_list("email", "cpf", "cep")
    assert [(email[:2], cpf, cep) for email, cpf, cep in found] == [
        ("z1", "01234567890", "01310100"), ("z2", "01234567890", "01310100"), ("z3", "00123456797", None),
        ("z6", None, "01310100"),
    ]  # fmt: skip


def test_documents_without_a_type_that_would_be_one_with_zeros_are_told(import_text, people):
    cells = ["1234567890", "6990590000123", "1234567891", "01234567890", "MG-1234567890", "12345678"]
    rows = "".join(f"{place}@example.com,{cell}\n" for place, cell in enumerate(cells))

    found = import_text(f"email,document\n{rows}", key="email")

    assert list(people.objects.order_by("email").values_list("document", flat=True)) == cells
    assert found.worksheet.counts["notes"] == [
        "document: 2 numbers would be a CPF or CNPJ with the zeros that a spreadsheet takes away (1234567890 → 01234567890)."
    ]


def test_a_document_gets_its_zeros_on_request(import_text, people):
    found = import_text(DOCUMENTS, key="email", columns={"document": ColumnChoices(is_filled=True)})

    assert people.objects.get(email="z4@example.com").document == "01234567890"
    assert "document" not in {column for _row, column, *_rest in found.errors}


def test_numbers_that_are_no_documents_are_not_told_to_lack_zeros(import_text, people):
    assert not import_text("email,userId\na@example.com,1234567890\n", key="email").worksheet.counts["notes"]


@pytest.mark.parametrize("cell", ["1234567891", "12345678901", "123", "1.234.567-890", "x", "5299822472"])
def test_zeros_are_filled_in_only_where_the_check_digits_then_fit(cell):
    assert fieldtypes.get("CPF / CNPJ").with_zeros(cell) == cell


def test_a_company_number_gets_its_zeros_too():
    assert fieldtypes.get("CPF / CNPJ").with_zeros("6990590000123") == "06990590000123"


@pytest.mark.parametrize(
    "cell",
    [
        "Beer,Rum",
        "Beer|Rum",
        "Beer ::: Rum",
        "Beer, rum",
        "Rum;Beer",
        "Rum,Beer;Rum",
        "Beer / Rum",
        "Beer/Rum",
        "Rum e Beer",
        "Beer & Rum",
    ],
)
def test_several_options_are_recognised_however_they_are_divided(import_text, people, cell):
    found = import_text(f'email;interests\nso1@example.com;"{cell}"\n', key="email")

    assert (found.errors, people.objects.values_list("interests", flat=True).get()) == ([], "\nBeer\nRum\n")


def test_an_unknown_one_of_several_options_is_named(import_text, people):
    found = import_text('email,interests\nso1@example.com,"Beer,Gin"\nso2@example.com,"Gin,Cola"\n', key="email")

    assert [reason for *_place, reason in found.errors] == [
        "“Gin” is not one of Wine, Beer, Rum.",
        "“Gin,Cola” is not one of Wine, Beer, Rum.",
    ]


def test_an_option_may_hold_a_comma():
    field = FieldDefinition("f", "Choices", options={"choices": choices_from_text('"Red, dry",White,"Red"')})

    assert [one["value"] for one in field.options["choices"]] == ["Red, dry", "White", "Red"]
    assert fieldtypes.get("Choices").clean("White, Red, dry", field) == "\nRed, dry\nWhite\n"
    assert fieldtypes.get("Choices").clean("Red,White", field) == "\nWhite\nRed\n"
