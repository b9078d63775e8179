"""What a worksheet is taken for before anybody says anything, and what is asked."""

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping import guessing
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.inspection import Inspection, inspect
from crm.worksheets.mapping.similarity import suggestion


def looked(text: str) -> Inspection:
    headers, *rows = (line.split(";") for line in text.splitlines())
    return inspect(headers, [SheetRow(place, cells) for place, cells in enumerate(rows, start=2)])


@pytest.fixture
def guess(customers):
    def guessed(text: str, *, model=customers, cluster="", former=None) -> ImportChoices:
        return guessing.guess(model, looked(text), cluster=cluster, former=former or {}, start=ImportChoices())

    return guessed


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "userId": "A-7", "firstName": "Ana"}, by=admin)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-mail", "email"), ("e_mail", "email"), ("E-mail do cliente", "email"), ("Sobrenomes", "lastName"), ("fist name", "firstName"),
        ("DATA NASCIMENTO", "birthDate"), ("Celular do cliente", "cellPhone"), ("observações", None), ("id", "id"), ("x", None),
        ("Birth", "birthDate"), ("state", None),
    ],
)  # fmt: skip
def test_a_header_that_is_like_a_field_suggests_it(customers, header, field):
    assert suggestion(header, customers.entity) == field


def test_columns_are_taken_by_name_label_memory_and_likeness(guess):
    found = guess("firstName;Sobrenome;quem;E-mail do cliente;lixo\n", former={"quem": "userId", "firstname": "lastName"})

    assert found.map == {"firstName": "firstName", "Sobrenome": "lastName", "quem": "userId", "E-mail do cliente": "email"}
    assert found.ignore == ["lixo"]


def test_two_columns_never_fill_one_field(guess):
    assert guess("email;E-mail\n").map == {"email": "email"}


def test_read_only_columns_are_left_out(guess):
    assert guess("email;createdIn;_error;birthDateMonth\n").ignore == ["createdIn", "_error", "birthDateMonth"]


def test_the_column_that_finds_most_is_the_key(guess, ana):
    found = guess("quem;email\nANA@example.com;eva@example.com\n")

    assert (found.keys, found.map) == (["email"], {"quem": "email"})


def test_a_few_values_that_somebody_has_by_chance_are_no_key(guess, customers, admin):
    saving.create(customers, {"userId": "25"}, by=admin)

    assert guess("age;city\n25;Bauru\n31;Santos\n47;Bauru\n").keys == ["id"]


def test_a_thousand_unknown_columns_are_looked_up_together(guess, ana, django_assert_max_num_queries):
    headers = ";".join(f"x{n}" for n in range(1_000))
    cells = "\n".join(";".join(f"v{n}-{row}" for n in range(1_000)) for row in range(30))

    with django_assert_max_num_queries(5):
        found = guess(f"{headers}\n{cells}\n")

    assert found.map == {}


def test_ids_are_found_in_both_forms(guess, ana):
    assert guess(f"code;firstName\nCL-{ana.pk.upper()};Anna\n").keys == ["id"]


def test_a_text_key_is_found(guess, ana):
    assert guess("dealer;firstName\nA-7;Ana\nA-8;Bea\n").keys == ["userId"]


def test_where_nothing_is_known_a_unique_column_is_the_key(guess):
    found = guess("id;userId;email\n1;u1;eva@example.com\n")

    assert (found.keys, found.map) == (["email"], {"userId": "userId", "email": "email"})


def test_where_no_column_is_unique_rows_are_new(guess):
    assert (guess("firstName\nAna\n").keys, guess("firstName\nAna\n").mode) == (["id"], "upsert")


def test_a_list_for_a_cluster_adds_to_it_and_creates_nobody(guess):
    found = guess("E-mail\nana@example.com\n", cluster="isCorporate")

    assert (found.mode, found.set) == ("update", {"isCorporate": "true"})


def test_a_column_of_the_cluster_says_who_is_in(guess):
    found = guess("email;isCorporate\nana@example.com;sim\n", cluster="isCorporate")

    assert (found.set, found.map["isCorporate"]) == ({}, "isCorporate")


@pytest.mark.parametrize(("day", "read"), [("31/12/2020", "dmy"), ("12/31/2020", "mdy"), ("2020-12-31", ""), ("01/02/2020", "")])
def test_dates_are_read_as_they_can_only_be_read(guess, day, read):
    assert guess(f"birthDate\n{day}\n").column("birthDate").dates == read


@pytest.mark.parametrize(
    ("number", "decimal"),
    [("1.234,50", ","), ("7.5", "."), ("7", ""), ("1.234", ""), ("R$ 1.234,50", ","), ("(1.234)", ""), ("1 234", ".")],
)
def test_decimals_are_read_as_they_can_only_be_read(guess, number, decimal):
    assert guess(f"rclastcartvalue\n{number}\n").column("rclastcartvalue").decimal == decimal


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("birthDate\n01/02/2020\n", [(0, "dates")]),
        ("birthDate\n31/12/2020\n12/31/2020\n", [(0, "dates")]),
        ("firstName;rclastcartvalue\nAna;1.234\n", [(1, "decimal")]),
        ("firstName;rclastcartvalue\nAna;R$ 1.234\n", [(1, "decimal")]),
        ("firstName;rclastcartvalue\nAna;-$1,234\nBea;(2,000)\n", [(1, "decimal")]),
        ("birthDate\n31/12/2020\n01/02/2020\n", []),
        ("firstName\n01/02/2020\n", []),
    ],
)
def test_only_what_nobody_can_tell_is_asked(customers, guess, text, asked):
    found = guessing.questions(guess(text), looked(text), customers.entity)

    assert [(question.position, question.kind) for question in found] == asked


def test_an_answer_is_not_asked_again(customers, guess):
    text = "birthDate\n01/02/2020\n"
    answered = guess(text).with_column("birthDate", dates="mdy")

    assert guessing.questions(answered, looked(text), customers.entity) == []


def test_a_field_of_another_entity_is_no_key(define, guess):
    model = define("PT", code=FieldDefinition("code", "Varchar 50", unique=True), name="Varchar 50")

    assert guess("name;code\nbolt;7\n", model=model).keys == ["code"]
