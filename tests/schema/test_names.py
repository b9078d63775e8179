"""Which names fields may have."""

import pytest

from crm.schema.errors import InvalidName
from crm.schema.names import check_acronym, check_field_name, proposed_name


@pytest.mark.parametrize("name", ["Dealers", "firstName2", "tier_1", "A", "x" * 50])
def test_plain_words_are_names(name):
    check_field_name(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "must begin with a letter"),
        ("1st", "must begin with a letter"),
        ("a b", "must begin with a letter"),
        ("a__b", "must begin with a letter"),
        ("a_", "must begin with a letter"),
        ("Revendedorés", "must begin with a letter"),
        ("x" * 51, "longer than 50"),
        ("crm_tier", "kept for the system"),
        ("CRM_tier", "kept for the system"),
        ("save", "attribute of every record"),
        ("Save", "attribute of every record"),
        ("objects", "attribute of every record"),
        ("createdIn", "system field"),
        ("ACCOUNTID", "system field"),
        ("class", "keyword of Python"),
        ("Between", "rule language"),
        ("today", "rule language"),
        ("xmin", "PostgreSQL"),
    ],
)
def test_forbidden_name_is_refused_with_the_reason(name, reason):
    with pytest.raises(InvalidName, match=reason):
        check_field_name(name)


def test_name_is_unique_without_regard_to_case():
    with pytest.raises(InvalidName, match="“Dealers” exists already"):
        check_field_name("dealers", ["Dealers"])


@pytest.mark.parametrize(("name", "other"), [("user_id", "user"), ("user", "User_ID")])
def test_name_with_id_of_another_is_refused(name, other):
    with pytest.raises(InvalidName, match="with “_id”"):
        check_field_name(name, [other])


def test_name_is_proposed_from_the_label():
    assert proposed_name("Revendedores São Paulo") == "RevendedoresSaoPaulo"


def test_proposed_name_avoids_what_is_taken_or_forbidden():
    assert proposed_name("Dealers", ["dealers"]) == "Dealers2"
    assert proposed_name("Save") == "Save2"
    assert proposed_name("2026 ★") == "Field"


@pytest.mark.parametrize("acronym", ["", "C", "CLI", "cl", "C1", "Ç "])
def test_acronym_is_two_capital_letters(acronym):
    with pytest.raises(InvalidName):
        check_acronym(acronym)
