"""Rows of totals where no empty key gives them away: the key is a text, or every row makes a record."""

import pytest

HEAD = "userId;firstName;phone;rclastcartvalue;visits\n"
ANA = "A-1;Ana;+5511999990001;10.50;3\n"


def import_list(import_text, *lines: str, key: str = "userId", **choices):
    return import_text(HEAD + ANA + "".join(f"{line}\n" for line in lines), key=key, ignore=["visits"], **choices)


@pytest.mark.parametrize(
    "line",
    [
        "Total geral;;;;", "TOTAL;;;1,234.50;12", "Total:;;1;R$ 1.234,50;3 visitas", "Subtotal (2 clientes);;;;", "Soma;;;10.5;",
        '"Grand total";;;;', "Valor total;;;—;", '="Total general";;;12%;', ";;;;\n  Totais ;;;;", "Total;;;;at the end of May",
        "Média;;;1,234.50;12", "Media general:;;;5;", "Promedio;;;5;", "Average;;;5.5;",
        "Total de clientes: 42;;;;", "Subtotal SP;;;5;", "(2 registros);;;;", "150 records.;;;;", "Gerado por Bling em 01/02/2026;;;;", "Exported on 2026-01-31;;;;",
    ],
)  # fmt: skip
def test_a_total_in_the_place_of_a_text_key_creates_nobody(import_text, customers, line):
    found = import_list(import_text, line)

    assert found.counts == {"rows": 2, "created": 1, "skipped": 1}
    assert list(customers.objects.values_list("userId", flat=True)) == ["A-1"]


def test_what_was_skipped_is_told(import_text, customers):
    tally = import_list(import_text, "Subtotal;;;10.50;3", "Total geral;;;10.50;3").worksheet.tally

    assert (tally.totals, tally.keyless) == (2, 0)
    assert tally.notes == ["2 rows look like totals and are skipped (row 3: “Subtotal”)."]


def test_asked_for_it_is_taken_and_told_too(import_text, customers):
    found = import_list(import_text, "Total geral;;;10.50;3", empty_key="create")

    assert found.counts == {"rows": 2, "created": 2}
    assert found.worksheet.tally.notes == ["1 row looks like a total and is taken like the others (row 3: “Total geral”)."]


@pytest.mark.parametrize(
    "line",
    [
        "Total;Eva;;;", "Total Express;;;1000;", "Total Energies do Brasil Ltda;;;;", "Totais Unidos;;;5;", "Total;;+5511999990002;;", "Total;;11999990002;;", "total-7;;;5;", "Total7;;;;", "Totalina;;;;", "Soma Ltda;;;;", "Mediana;;;;",
        "2 registros novos;;;;", "Gerado;;;;", "A-2;Total;;5;", "150;Total geral;;;",
    ],
)  # fmt: skip
def test_who_is_told_apart_by_more_than_numbers_is_somebody(import_text, customers, line):
    found = import_list(import_text, line)

    assert (found.counts, found.worksheet.tally.totals) == ({"rows": 2, "created": 2}, 0)


def test_without_a_key_a_total_may_stand_in_any_column(import_text, customers):
    text = "lastName;firstName;rclastcartvalue\nPires;Ana;10.50\n;Total geral;10.50\n2;Total;\n"

    assert import_text(text, mode="create").counts == {"rows": 3, "created": 1, "skipped": 2}
    assert import_text(text).counts == {"rows": 3, "created": 1, "skipped": 2}
    assert import_text(text, mode="create", empty_key="create").counts == {"rows": 3, "created": 3}


@pytest.mark.parametrize("choices", [{"key": "userId"}, {"mode": "create"}])
def test_columns_that_nothing_is_taken_from_may_hold_anything(import_text, customers, choices):
    text = "shop;userId;firstName;rclastcartvalue\nSão Paulo;A-1;Ana;10.50\nSão Paulo;Total;;10.50\n150;Subtotal;;\n"

    assert import_text(text, ignore=["shop"], **choices).counts == {"rows": 3, "created": 1, "skipped": 2}


def test_the_word_may_stand_where_nothing_is_taken_from(import_text, customers):
    text = "shop;firstName;rclastcartvalue\nSão Paulo;Ana;10.50\nTotal geral;;10.50\n"

    assert import_text(text, ignore=["shop"], mode="create").counts == {"rows": 2, "created": 1, "skipped": 1}


def test_a_row_with_an_id_is_no_total(import_text, customers):
    text = "id;firstName\n;Total geral\n5f0c2f4e-0d53-4b9b-8f64-2f4c5f0f6c11;Total\n"

    assert import_text(text, mode="create").counts == {"rows": 2, "created": 1, "skipped": 1}


def test_a_total_leaves_nobody_in_the_list(import_text, customers, admin):
    found = import_list(import_text, "Total geral;;;;", replace="isCorporate")

    assert found.counts == {"rows": 2, "created": 1, "skipped": 1}


def test_a_total_is_nobody_for_an_update_either(import_text, customers):
    import_list(import_text, "Total;;;5;", empty_key="create")

    assert import_list(import_text, "Total;;;6;", mode="update").counts == {"rows": 2, "unchanged": 1, "skipped": 1}
