"""Masked values of every type that holds text, and honest texts that look a little alike (R-56)."""

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition

DIGITS = {"by_digits": True}


@pytest.mark.parametrize(
    ("label", "options", "value"),
    [
        *((label, {}, "***") for label in ("Varchar 10", "Varchar 750", "Text", "Email", "Phone", "CEP", "CPF / CNPJ", "URL")),
        ("Text", {}, "••••"),
        ("Varchar 50", {}, "***.***.***-**"),
        ("Varchar 50", {}, "(**) *****-****"),
        ("Varchar 50", {}, "j***o@gmail.com"),
        ("Varchar 50", {}, "Jo*** Si***"),
        ("Varchar 50", {}, "529.•••.•••-25"),
        ("Varchar 50", {}, "529.***.***-25"),
        ("Varchar 50", DIGITS, "529.***.***-25"),
        ("Varchar 50", DIGITS, "529.982.24**"),
        ("Varchar 50", DIGITS, "529.xxx.xxx-25"),
        ("Email", {}, "j***o@gmail.com"),
        ("Email", {}, "j**o@gmail.com"),
        ("Email", {}, "j•••o@gmail.com"),
        ("Phone", {}, "+55 (11) *****-0000"),
        ("Phone", {}, "+55 11 xxxxx-0000"),
        ("CPF / CNPJ", {}, "529.***.***-25"),
        ("CEP", {}, "01310-***"),
    ],
)
def test_r56_masked_values_are_refused(label, options, value):
    kind, field = fieldtypes.get(label), FieldDefinition("f", label, options=options)

    with pytest.raises(fieldtypes.InvalidValue, match="masked"):
        kind.clean(value, field)
    values, refusals = kind.convert_column(["", value], field, fieldtypes.CellFormat())
    assert (values, [refusal.position for refusal in refusals]) == ([None, None], [1])


@pytest.mark.parametrize(
    ("label", "options", "value"),
    [
        ("Varchar 50", {}, "5*"),
        ("Varchar 50", {}, "* footnote"),
        ("Varchar 50", {}, "**bold** move"),
        ("Varchar 50", {}, "Hotel *****"),
        ("Varchar 50", {}, "• first"),
        ("Varchar 50", {}, "size XXXL"),
        ("Varchar 50", DIGITS, "12.XXX.345/01DE-35"),
        ("Varchar 50", DIGITS, "RG 12-X"),
        ("Text", {}, "f*** the *** rest\n* * *"),
        ("Text", {}, "* * *"),
        ("Email", {}, "jxxxo@gmail.com"),
    ],
)
def test_r56_honest_texts_are_taken(label, options, value):
    kind, field = fieldtypes.get(label), FieldDefinition("f", label, options=options)

    assert kind.clean(value, field) == value
    assert kind.convert_column([value], field, fieldtypes.CellFormat()) == ([value], [])


def test_what_was_stored_before_comes_back_from_the_history():
    field = FieldDefinition("f", "Email")

    assert fieldtypes.get("Email").from_history("j***o@gmail.com", field) == "j***o@gmail.com"
