"""A cell with several addresses, phones or documents is refused as such: which one is meant is nobody's guess."""

import pytest

from crm.schema import fieldtypes
from crm.schema.fieldtypes import CellFormat, InvalidValue


@pytest.mark.parametrize(
    ("label", "text", "count"),
    [
        ("Email", "a@example.com ::: b@example.com", 2),
        ("Email", "a@x ::: b@x", 2),
        ("Email", "a@example.com; b@example.com;c@example.com", 3),
        ("Email", "a@example.com,b@example.com", 2),
        ("Email", "a@example.com / b@example.com", 2),
        ("Email", "a@example.com b@example.com", 2),
        ("Email", "a@example.com\nb@example.com", 2),
        ("Phone", "(11) 99999-0000 ::: (11) 98888-0000", 2),
        ("Phone", "(11) 99999-0000 / (11) 98888-0000", 2),
        ("Phone", "11999990000;11988880000", 2),
        ("Phone", "(11) 99999-0000 ou (11) 98888-0000", 2),
        ("CPF / CNPJ", "529.982.247-25 ::: 111.444.777-35", 2),
    ],
)
def test_several_values_are_refused_as_such(definition, label, text, count):
    with pytest.raises(InvalidValue, match=f"holds {count} values: leave the one that is meant"):
        fieldtypes.get(label).clean_cell(text, definition(label), CellFormat())


@pytest.mark.parametrize(
    ("label", "text", "reason"),
    [
        ("Email", "ana at example.com", "is not an e-mail address"),
        ("Email", "a@example.com ::: none", "is not an e-mail address"),
        ("Phone", "call / me", "is not a telephone number"),
        ("CPF / CNPJ", "529.982.247-25 / none", "is not a CPF or CNPJ"),
    ],
)
def test_what_holds_none_or_one_is_refused_for_what_it_is(definition, label, text, reason):
    with pytest.raises(InvalidValue, match=reason):
        fieldtypes.get(label).clean_cell(text, definition(label), CellFormat())
