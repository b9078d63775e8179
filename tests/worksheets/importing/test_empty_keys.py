"""Rows without a key: totals below a list, people whose e-mail nobody knows."""

import pytest

from crm.records.writing import saving

TOTALS = "email,firstName,birthDate\nana@example.com,Ana,1985-05-15\n,Total geral,1 row\n"


def test_a_row_without_its_key_creates_nobody(import_text, customers):
    found = import_text(TOTALS, key="email")

    assert (found.counts, found.errors) == ({"rows": 2, "created": 1, "skipped": 1}, [])
    assert found.worksheet.tally.keyless == 1
    assert list(customers.objects.values_list("firstName", flat=True)) == ["Ana"]


def test_asked_for_it_makes_a_new_record(import_text, customers):
    found = import_text("email,firstName\n,Eva\n", key="email", empty_key="create")

    assert (found.counts, customers.objects.get().firstName) == ({"rows": 1, "created": 1}, "Eva")


@pytest.mark.parametrize("content", ["email,firstName\nTotal geral,\n", "email,firstName\nana@example.com,Ana,more\n"])
def test_a_key_that_cannot_be_read_is_no_empty_one(import_text, customers, content):
    assert import_text(content, key="email").counts == {"rows": 1, "errors": 1}


def test_a_part_of_the_key_is_a_missing_key(import_text, customers):
    found = import_text("firstName,lastName\nAna,Pires\nAna,\n", key="firstName lastName")

    assert found.counts == {"rows": 2, "created": 1, "skipped": 1}


@pytest.mark.parametrize(("mode", "outcome"), [("upsert", "skipped"), ("create", "created"), ("update", "skipped")])
def test_an_empty_id_makes_a_record_where_the_mode_only_creates(import_text, customers, mode, outcome):
    assert import_text("id,email\n,ana@example.com\n", mode=mode).counts == {"rows": 1, outcome: 1}


def test_without_the_column_of_the_id_every_row_is_new(import_text, customers):
    assert import_text("email\nana@example.com\n").counts == {"rows": 1, "created": 1}


def test_who_is_in_no_row_leaves_although_a_row_has_no_key(import_text, customers, admin):
    saving.create(customers, {"email": "ana@example.com", "isCorporate": True}, by=admin)
    saving.create(customers, {"email": "eva@example.com", "isCorporate": True}, by=admin)

    found = import_text("email,firstName\nana@example.com,Ana\n,Total\n", key="email", replace="isCorporate")

    assert found.counts == {"rows": 2, "updated": 1, "skipped": 1}
    assert list(customers.objects.filter(isCorporate=True).values_list("email", flat=True)) == ["ana@example.com"]
