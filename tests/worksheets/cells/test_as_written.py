"""Cells as spreadsheets, databases and shops really write them: each file stands for a kind of public complaint."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from crm.schema.definitions import FieldDefinition
from crm.worksheets.importing import refusals, report
from crm.worksheets.mapping.choices import ColumnChoices
from crm.worksheets.review import fixes, reviewing

COMMA = "email;spent;rate;qty\n" + "\n".join(
    [
        "dc1@example.com;1,12;8%;1.000", "dc2@example.com;3,100;8,5%;2", "dc3@example.com;R$ 1.234,56;0,08;3,0",
        "dc4@example.com;1 234,56;100%;4", "dc5@example.com;1.234,56-;(5);5", "dc6@example.com;(12,50);;0",
    ]
)  # fmt: skip


def test_numbers_are_read_with_a_decimal_comma_and_thousands(stored):
    assert stored(COMMA, "spent", "rate", "qty", decimal=",") == [
        (Decimal("1.12"), Decimal(8), 1000), (Decimal("3.10"), Decimal("8.5"), 2), (Decimal("1234.56"), Decimal("0.08"), 3),
        (Decimal("1234.56"), Decimal(100), 4), (Decimal("-1234.56"), Decimal(-5), 5), (Decimal("-12.50"), None, 0),
    ]  # fmt: skip


def test_a_whole_number_with_thousands_is_never_a_thousandth(people, import_text, stored):
    text = "email;qty\nip1@example.com;1.000\nip2@example.com;12.000\nip3@example.com;250\n"

    found = import_text(text, key="email")

    assert found.counts == {"rows": 3, "created": 1, "errors": 2}
    assert found.errors[0][3].startswith("“1.000” may mean 1000: ")
    assert stored(text, "qty", decimal=",") == [(1000,), (12000,), (250,)]


@pytest.mark.parametrize(
    ("cells", "decimal", "values"),
    [
        (["5.-", "1'234.-", "-5.-"], ".", ["5.00", "1234.00", "-5.00"]),
        (["5,-", "1.234,--", "R$ 5,–", "5,00-"], ",", ["5.00", "1234.00", "5.00", "-5.00"]),
    ],
)
def test_a_dash_for_the_cents_is_no_minus(define, import_text, cells, decimal, values):
    parts = define(code=FieldDefinition("code", "Varchar 50", unique=True), price="Decimal")
    rows = "".join(f"{place};{cell}\n" for place, cell in enumerate(cells))

    found = import_text(f"code;price\n{rows}", entity="PT", key="code", decimal=decimal, is_grouped=True)

    assert found.errors == []
    assert [str(value) for value in parts.objects.order_by("code").values_list("price", flat=True)] == values


@pytest.mark.parametrize("cell", ["(1.000)", "1.000-", "-1.000", "\u22121.000", "+1.000"])
def test_a_whole_number_with_thousands_and_a_sign_is_never_a_thousandth(people, import_text, cell):
    found = import_text(f"email;qty\nip1@example.com;{cell}\n", key="email")

    assert found.errors[0][3].startswith(f"“{cell}” may mean ")


@pytest.mark.parametrize("cell", ["1.000", "R$ 1.000", "(1.000)"])
def test_money_that_may_be_thousands_is_told(define, import_text, cell):
    define(code=FieldDefinition("code", "Varchar 50", unique=True), price="Currency")

    worksheet = import_text(f"code;price\na;{cell}\n", entity="PT", key="code").worksheet

    assert worksheet.counts["notes"][0].startswith("price: 1 number may be thousands and is read as decimals (")


def test_line_breaks_and_tabs_within_a_line_become_one_blank(stored):
    text = 'email,corporateName,tradeName\nlbx@example.com,"150 Muir Road\r\n  Martinez","Rua A\tCasa 2"\n'

    assert stored(text, "corporateName", "tradeName") == [("150 Muir Road Martinez", "Rua A Casa 2")]


def test_texts_that_are_guarded_as_formulas_are_read_as_texts(import_text, people):
    found = import_text('email;document;userId\ncf1@example.com;="0001234";="U-0007"\n', key="email")

    assert people.objects.values_list("document", "userId").get() == ("0001234", "U-0007")
    assert found.worksheet.counts["notes"] == [
        'document: 1 formula that only holds a text is read as this text (="0001234").',
        'userId: 1 formula that only holds a text is read as this text (="U-0007").',
    ]


def test_a_key_that_is_guarded_as_a_formula_finds_its_record(import_text, people, customer):
    customer(email="novo@example.com", userId="U-0077")

    found = import_text('userId;firstName\n="U-0077";Novo\n', key="userId")

    assert found.counts == {"rows": 1, "updated": 1}


def test_an_apostrophe_before_digits_is_taken_away(import_text, people):
    found = import_text("email,userId,phone,cep\nsh9@example.com,'6001234567890,'+5511999990001,'01310100\n", key="email")

    assert people.objects.values_list("userId", "phone", "cep").get() == ("6001234567890", "+5511999990001", "01310100")
    assert [note.partition(":")[0] for note in found.worksheet.counts["notes"]] == ["userId", "phone", "cep"]


def test_an_apostrophe_before_any_code_or_address_is_taken_away_and_told(import_text, people, customer):
    customer(email="ana@example.com", userId="U-2")

    by_code = import_text("userId,firstName\n'U-2,Ana\n ='U-3,Bia\n", key="userId")
    by_address = import_text('email,document\n\'ana@example.com,"=""00123"""\n\t\'b@example.com, ="00124"\n', key="email")

    assert (by_code.counts["updated"], by_address.counts["updated"]) == (1, 1)
    assert by_address.worksheet.counts["notes"] == [
        "email: 2 apostrophes before digits, codes or addresses are taken away ('ana@example.com).",
        'document: 2 formulas that only hold a text are read as this text (="00123").',
    ]
    assert people.objects.values_list("email", "document").get(document="00124") == ("b@example.com", "00124")


CITIES = ["'s-Hertogenbosch", "'Recife", "'Natal'", "\u2019t Hof", "'t Zand"]
WITHOUT = ["'s-Hertogenbosch", "Recife", "Natal", "\u2019t Hof", "'t Zand"]


def test_an_apostrophe_that_may_be_meant_stays_is_told_and_taken_away_on_request(import_text, define):
    places = define(code=FieldDefinition("code", "Varchar 50", unique=True), city="Varchar 50")
    text = "code,city\n" + "".join(f"{place},{city}\n" for place, city in enumerate(CITIES))

    told = import_text(text, entity="PT", key="code")
    kept = list(places.objects.order_by("code").values_list("city", flat=True))
    import_text(text, entity="PT", key="code", columns={"city": ColumnChoices(is_unquoted=True)})

    assert told.worksheet.counts["notes"] == [
        "city: 2 texts begin with an apostrophe, which may be a spreadsheet's, and keep it ('Recife)."
    ]
    assert kept == CITIES
    assert list(places.objects.order_by("code").values_list("city", flat=True)) == WITHOUT


def test_what_takes_no_apostrophe_is_read_without_it_on_request(upload, admin, people):
    worksheet = upload("email,birthDate,rate\na@example.com,'12 mar 1990,'8%\nb@example.com,,5%\n")
    reviewing.begin(worksheet)
    reviewing.rehearse(worksheet, by=admin)
    worksheet.refresh_from_db()

    causes = fixes.refusal_causes(reviewing.open_review(worksheet), refusals.groups(worksheet))

    found = {cause.group.column: cause.fixes[0].changes for cause in causes}
    assert found == {"birthDate": "apostrophes_1=on", "rate": "apostrophes_2=on"}


INVISIBLE = "email,userId\nip1x@example.com,U100x\nip2x@example.com,U100x\u200b\n\ufeffip3x@example.com,U101x\n"


def test_keys_that_only_look_alike_are_the_same(import_text, people):
    found = import_text(INVISIBLE, key="email")

    assert found.counts == {"rows": 3, "created": 1, "errors": 2}
    assert {reason for *_place, reason in found.errors} == {"This value occurs in several rows of the worksheet."}
    assert people.objects.values_list("email", "userId").get() == ("ip3x@example.com", "U101x")


@pytest.mark.parametrize("cell", ["U\u00a0100", "\uff35 100", "U\u3000\uff11\uff10\uff10\u200b", "\u00a0U\u2009100"])
def test_a_key_that_only_looks_another_makes_no_second_customer(import_text, people, customer, cell):
    customer(email="novo@example.com", userId="U 100")

    found = import_text(f"userId;firstName\n{cell};Novo\n", key="userId")

    assert found.counts == {"rows": 1, "updated": 1}


def test_a_part_of_a_key_that_only_looks_another_finds_its_record(import_text, people):
    import_text("document;documentType;firstName\nMG\u00a012;rg;Ana\n", key="document documentType")

    found = import_text("document;documentType;firstName\nMG 12;rg;Bia\n", key="document documentType")

    assert found.counts == {"rows": 1, "updated": 1}


def test_addresses_are_trimmed_of_what_nobody_sees(import_text, people):
    cells = ["ana.p@example.com\u00a0,Ana", "\ufeffbia.q@example.com,Bia", "caio.r@example.com\u200b,Caio",
             "\u202adora.s@example.com\u202c,Dora", "\u00a0eva@example.com,\u00a0Eva\u00a0", "fab\u00ado@example.com,Fabio"]  # fmt: skip

    found = import_text("email,firstName\n" + "\n".join(cells), key="email")

    emails = ["ana.p@example.com", "bia.q@example.com", "caio.r@example.com", "dora.s@example.com", "eva@example.com"]
    assert list(people.objects.order_by("email").values_list("email", flat=True)) == emails
    assert found.errors == [(7, "email", "fab\u00ado@example.com", "“fab\u00ado@example.com” holds an invisible U+00AD.")]


@pytest.mark.parametrize("key", ["ab\u200bc", "ab\u2060c", "a\u200fbc"])
def test_a_key_that_hides_something_is_refused_by_name(import_text, people, key):
    found = import_text(f"email,userId\na@example.com,{key}\n", key="email")

    assert found.errors[0][3] == f"“{key}” holds an invisible U+{ord(key.strip('abc')):04X}."


def test_codes_that_a_spreadsheet_shortened_are_told_and_refused_in_keys(import_text, people):
    told = import_text("email;document\nx4@example.com;1,23457E+10\n", key="email")
    refused = import_text("email;document;userId\nx5@example.com;1,23457E+10;5.51199E+12\n", key="email")

    sentence = "document: the spreadsheet shortened 1 code (1,23457E+10): its last digits are lost."
    assert (told.counts, told.worksheet.counts["notes"]) == ({"rows": 1, "created": 1}, [sentence])
    assert report.facts(told.worksheet)["notes"] == [sentence]
    assert refused.errors[0][1:3] == ("userId", "5.51199E+12")
    assert "shortened by a spreadsheet" in refused.errors[0][3]


@pytest.mark.parametrize("cell", ["-1,23E+10", "1,2e+05", "+1.5E+7", "1.23457E10", "\u22121,23E+10", "1E+12"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_code_is_shortened_in_many_spellings(import_text, people, cell, quote):
    told = import_text(f"email;document\nx4@example.com;{quote}{cell}{quote}\n", key="email")
    refused = import_text(f"email;userId\nx5@example.com;{quote}{cell}{quote}\n", key="email")

    assert told.worksheet.counts["notes"] == [f"document: the spreadsheet shortened 1 code ({cell}): its last digits are lost."]
    assert "shortened by a spreadsheet" in refused.errors[0][3]


@pytest.mark.parametrize("cell", ["5E12", "2E10A", "1e5", "12E+1", "-E+10", "-x", "+A1"])
def test_a_code_with_an_e_may_be_meant(import_text, people, cell):
    found = import_text(f"email;userId\nx5@example.com;{cell}\n", key="email")

    assert (found.errors, found.worksheet.counts["notes"]) == ([], [])
    assert people.objects.get().userId == cell


def test_a_part_of_a_key_is_judged_as_a_key(import_text, people):
    found = import_text("document;documentType\n1,23457E+10;rg\n", key="document documentType")

    assert "shortened by a spreadsheet" in found.errors[0][3]


def test_dates_and_times_of_the_united_states_are_read(import_text, people):
    text = (
        "email,birthDate,seenAt,alarm\nth1x@example.com,11/21/61,12/31/2023 11:59 PM,3:10 pm\n"
        "th2x@example.com,12/31/99,12/31/2023 08:30 AM,8:30:00 AM\n"
    )

    found = import_text(text, key="email", dates="mdy")

    assert list(people.objects.order_by("email").values_list("birthDate", "seenAt", "alarm")) == [
        (date(1961, 11, 21), datetime(2024, 1, 1, 2, 59, tzinfo=UTC), time(15, 10)),
        (date(1999, 12, 31), datetime(2023, 12, 31, 11, 30, tzinfo=UTC), time(8, 30)),
    ]
    assert found.worksheet.counts["notes"] == ["birthDate: 2 years of two digits are read as from 1930 to 2029 (11/21/61)."]


def test_births_that_may_not_be_meant_are_told_with_an_example(import_text, people):
    cells = ["11/21/28", "05/01/2062", "05/01/1790", "mar 12, 1990"]
    text = "email;birthDate\n" + "".join(f"{place}@example.com;{cell}\n" for place, cell in enumerate(cells))

    found = import_text(text, key="email", dates="mdy")

    days = [date(1928, 11, 21), date(2062, 5, 1), date(1790, 5, 1), date(1990, 3, 12)]
    assert list(people.objects.order_by("email").values_list("birthDate", flat=True)) == days
    assert found.worksheet.counts["notes"] == [
        "birthDate: 1 year of two digits would lie in the future and is read as a hundred years before (11/21/28 → 11/21/1928).",
        "birthDate: 1 day of birth lies in the future (05/01/2062).",
        "birthDate: 1 date is from before 1880 (05/01/1790).",
    ]


def test_a_birth_to_come_is_told_too_where_dates_are_written_as_machines_do(import_text, people):
    found = import_text("email;birthDate\na@example.com;2062-05-01\nb@example.com;1962-05-01\n", key="email")

    assert found.worksheet.counts["notes"] == ["birthDate: 1 day of birth lies in the future (2062-05-01)."]


def test_moments_are_read_as_databases_write_them(stored):
    text = "email,seenAt\npg1@example.com,2023-01-05 12:30:00.123456+00\npg2@example.com,2023-01-05 12:30:00 UTC\n"

    assert stored(text, "seenAt") == [
        (datetime(2023, 1, 5, 12, 30, 0, 123456, tzinfo=UTC),),
        (datetime(2023, 1, 5, 12, 30, tzinfo=UTC),),
    ]


@pytest.mark.parametrize(
    ("order", "cell", "reason"),
    [
        ("dmy", "31/02/1990", "“31/02/1990” is not a date such as 31/12/2026."),
        ("mdy", "31/12/1990", "“31/12/1990” is not a date such as 12/31/2026."),
        ("iso", "31/12/1990", "“31/12/1990” is not a date such as 2026-12-31."),
    ],
)
def test_a_wrong_date_is_quoted_as_written_beside_one_that_is_right(import_text, people, order, cell, reason):
    assert import_text(f"email;birthDate\na@example.com;{cell}\n", key="email", dates=order).errors[0][3] == reason


@pytest.mark.parametrize(
    ("cells", "decimal", "values", "told"),
    [
        (["1,999", "2,5", "0,0049"], ",", ["2.00", "2.50", "0.00"], "price: 2 values have more decimals than are kept and are rounded (1,999 → 2,00)."),
        (["1.2345", "1.5", "7"], ".", ["1.23", "1.50", "7.00"], "price: 1 value has more decimals than are kept and is rounded (1.2345 → 1.23)."),
        (["1234.5600000000001", "0.30000000000000004"], ".", ["1234.56", "0.30"], None),
        (["1.234,50", "1.234"], ",", ["1234.50", "1234.00"], None),
    ],
)  # fmt: skip
def test_values_that_are_rounded_are_told_with_an_example(define, import_text, cells, decimal, values, told):
    parts = define(code=FieldDefinition("code", "Varchar 50", unique=True), price="Decimal")
    rows = [f"{place};{cell}" for place, cell in enumerate(cells)]

    found = import_text("\n".join(["code;price", *rows]) + "\n", entity="PT", key="code", decimal=decimal)

    assert [str(value) for value in parts.objects.order_by("code").values_list("price", flat=True)] == values
    assert found.worksheet.counts.get("notes", []) == ([told] if told else [])


def test_errors_of_formulas_are_told_and_refused_in_keys(import_text, people):
    told = import_text("email,firstName,lastName\na@example.com,#N/D,#SALE\nb@example.com,#REF!,Ana #1\n", key="email")
    key = import_text("email,userId\na@example.com,#N/A\n", key="email")

    assert told.worksheet.counts["notes"] == [
        "firstName: 2 cells hold the error of a spreadsheet's formula, taken as a text (#N/D)."
    ]
    assert [reason for *_place, reason in key.errors] == ["“#N/A” is the error of a spreadsheet's formula, not a value."]


def test_letters_that_were_read_in_another_encoding_are_told(import_text, people):
    names = ["JosÃ©", "SÃ£o", "Jos\ufffd", "JOÃO", "José", "IRMÃ", "Â"]

    told = import_text(
        "email,firstName\n" + "".join(f"{place}@example.com,{name}\n" for place, name in enumerate(names)), key="email"
    )

    assert told.worksheet.counts["notes"] == ["firstName: 3 texts were read in a wrong encoding, here or before (JosÃ©)."]


ENTITIES = {
    "Jos&eacute; &amp; Cia": "José & Cia", "Dois &#39;D&#39;": "Dois 'D'", "Caf&#xe9;": "Café", "Jo&amp;atilde;o": "João", "a&nbsp;b": "a b",
    "Jos&#233": "José", "Jos&eacute": "José",
}  # fmt: skip


@pytest.mark.parametrize("cell", ENTITIES)
@pytest.mark.parametrize("name", ["firstName", "document", "userId"])
def test_letters_as_a_web_page_writes_them_are_told_and_read_on_request(import_text, people, cell, name):
    told = import_text(f"email,{name}\na@example.com,{cell}\n", key="email")
    assert people.objects.values_list(name, flat=True).get() == cell
    read = import_text(f"email,{name}\na@example.com,{cell}\n", key="email", columns={name: ColumnChoices(is_decoded=True)})

    (note,) = told.worksheet.counts["notes"]
    assert note.startswith(f"{name}: 1 text holds letters as a web page writes them, and is taken as it is ({cell} → ")
    assert told.worksheet.counts["remarks"] == {"entities": {name: 1}}
    assert (read.worksheet.counts["notes"], people.objects.values_list(name, flat=True).get()) == ([], ENTITIES[cell])


@pytest.mark.parametrize("cell", ["AT&T", "A & B;", "Silva &Filhos; Cia", "R&D;", "&#1;", "x &copy y", "S&gt", "Mar&Sol", "&"])
def test_an_ampersand_of_a_company_is_no_letter_of_a_web_page(import_text, people, cell):
    found = import_text(
        f"email,corporateName\na@example.com,{cell}\n", key="email", columns={"corporateName": ColumnChoices(is_decoded=True)}
    )

    assert (found.worksheet.counts["notes"], people.objects.get().corporateName) == ([], cell)


@pytest.mark.parametrize("word", ["NULL", "\\N", "NaN", "undefined", "(null)", "n/c", "Não se aplica", "-"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_words_for_nothing_in_other_texts_are_told(import_text, people, word, quote):
    found = import_text(
        f"email,firstName\na@example.com,{quote}{word}{quote}\nb@example.com,Nadia\nc@example.com,Nonellus\n", key="email"
    )

    assert found.worksheet.counts["notes"] == [f"firstName: 1 cell says that there is no value, and is taken as a text ({word})."]
    assert found.worksheet.counts["remarks"] == {"nothing": {"firstName": 1}}


@pytest.mark.parametrize(("name", "cell"), [("userId", "123.0"), ("document", "52998224725.0"), ("corporateName", "1234567.0")])
def test_codes_that_a_program_read_as_numbers_are_told_and_read_on_request(import_text, people, name, cell):
    told = import_text(f"email,{name}\na@example.com,{cell}\n", key="email")
    read = import_text(f"email,{name}\na@example.com,{cell}\n", key="email", columns={name: ColumnChoices(is_unpointed=True)})

    assert told.worksheet.counts["notes"] == [
        f"{name}: 1 code seems to be read as a number, with a point and a zero behind it ({cell})."
    ]
    assert (read.worksheet.counts["notes"], people.objects.values_list(name, flat=True).get()) == ([], cell[:-2])


@pytest.mark.parametrize(
    ("cell", "is_told"),
    [
        ("123456789012345000", True),
        ("12345678901234500", True),
        ("1234567890123450", False),
        ("123456789012345600", False),
        ("123456789012345001", False),
    ],
)
@pytest.mark.parametrize("name", ["userId", "corporateName"])
def test_long_codes_whose_last_digits_are_zeros_are_told(import_text, people, name, cell, is_told):
    notes = import_text(f"email,{name}\na@example.com,{cell}\n", key="email").worksheet.counts["notes"]

    assert notes == (
        [f"{name}: 1 code ends with zeros after fifteen digits: a spreadsheet may have lost the last ones ({cell})."]
        if is_told
        else []
    )


@pytest.mark.parametrize("cell", ["1.0", "12.05", "1.0.0", "v2.0", "1234567.00"])
def test_other_texts_with_a_point_are_not_told(import_text, people, cell):
    assert import_text(f"email,corporateName\na@example.com,{cell}\n", key="email").worksheet.counts["notes"] == []


@pytest.mark.parametrize("word", ["N/A", "n/d", "-", "—", "NULL", "sem cadastro", "Não informado", "sin datos"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_words_for_nothing_tell_nobody_apart(import_text, customers, word, quote):
    found = import_text(f"userId,firstName\n{quote}{word}{quote},Ana\nA-1,{word}\n", key="userId")

    assert [(row, column) for row, column, _value, _reason in found.errors] == [(2, "userId")]
    assert "says that there is no value" in found.errors[0][3]
    assert customers.objects.get().firstName == word
