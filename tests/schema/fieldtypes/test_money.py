"""An amount may carry the sign of the store's currency; an amount of another currency is refused, in a cell and when typed."""

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.local_format import TypedText

FIELD = FieldDefinition("spent", "Currency")
COMMA = CellFormat(decimal=",")


def read(cell: str):
    return fieldtypes.get("Currency").clean_cell(cell, FIELD, COMMA)


@pytest.mark.parametrize("cell", ["5,00", "R$ 5,00", "R$5,00", "$ 5,00", "5,00 BRL", "BRL 5,00", "-R$ 5,00", "(R$ 5,00)"])
def test_signs_of_the_stores_currency_are_read(cell):
    assert abs(read(cell)) == 5


@pytest.mark.parametrize(
    "cell", ["US$ 5,00", "€ 5,00", "5,00 €", "£5,00", "¥ 10", "7,00 USD", "EUR 7,00", "-€ 5,00", "(US$ 5,00)"]
)
def test_an_amount_of_another_currency_is_refused_and_quoted(cell):
    with pytest.raises(InvalidValue, match="is not in the store's currency, BRL"):
        read(cell)
    with pytest.raises(InvalidValue, match="is not in the store's currency, BRL"):
        fieldtypes.get("Currency").clean(TypedText(cell), FIELD)


@pytest.mark.parametrize(("country", "cell"), [("PT", "5,00 €"), ("US", "$5,00"), ("US", "US$ 5,00"), ("GB", "£ 5,00")])
def test_the_country_says_which_currency_is_the_stores(settings, country, cell):
    settings.COUNTRY = country

    assert read(cell) == 5
    with pytest.raises(InvalidValue):
        read("BRL 5,00")
