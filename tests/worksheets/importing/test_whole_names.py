"""One column of whole names fills two fields."""

import pytest

from crm.worksheets.errors import InvalidMapping

DIVIDED = {"Name": "firstName+lastName"}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Maria Pires", "Ana", "Maria Pires"),
        ("Ana", "Ana", None),
        ('"Pires, Ana Maria"', "Ana Maria", "Pires"),
        ("", None, None),
    ],
)
def test_a_whole_name_is_divided(import_text, customers, name, first, last):
    found = import_text(f"email,Name\nana@example.com,{name}\n", key="email", map=DIVIDED)

    assert (found.counts, found.worksheet.tally.mapping["Name"]) == ({"rows": 1, "created": 1}, "firstName+lastName")
    assert customers.objects.values_list("firstName", "lastName").get() == (first, last)


WHOLE = "email,Nome\nana@example.com,Ana Maria Pires\neva@example.com,Eva Reis\n"
TOLD = ['“Nome” seems to hold whole names, which fill firstName undivided: --map "Nome=firstName+lastName" divides them.']


@pytest.mark.parametrize(
    ("text", "stated", "notes"),
    [
        (WHOLE, {}, TOLD),
        (WHOLE, {"Nome": "firstName"}, []),
        (WHOLE, {"Nome": "firstName+lastName"}, []),
        (WHOLE.replace("Nome", "firstName"), {}, []),
        ("email,Nome,lastName\nana@example.com,Ana Maria,Pires\n", {}, []),
        ("email,Nome\nana@example.com,Ana\n", {}, []),
    ],
)
def test_whole_names_that_go_undivided_into_a_field_of_that_label_are_told(import_text, customers, text, stated, notes):
    assert import_text(text, key="email", map=stated).worksheet.tally.notes == notes


def test_a_field_is_filled_by_one_column_only(import_text, customers):
    with pytest.raises(InvalidMapping, match="More than one column is mapped to lastName: “lastName”, “Name”"):
        import_text("email,Name,lastName\nana@example.com,Ana Pires,Reis\n", key="email", map=DIVIDED)


def test_both_parts_are_fields(import_text, customers):
    with pytest.raises(InvalidMapping, match="has no field"):
        import_text("email,Name\nana@example.com,Ana Pires\n", key="email", map={"Name": "firstName+nothing"})
