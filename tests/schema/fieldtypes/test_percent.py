from decimal import Decimal

import pytest

from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.percent import Percent

KIND = Percent()


@pytest.mark.parametrize(
    ("raw", "value", "cell", "shown", "json"),
    [
        (85.42, "85.42", "85.42", "85.42%", 85.42),
        ("0.35", "0.35", "0.35", "0.35%", 0.35),
        ("100", "100", "100", "100%", 100.0),
        ("12.34570", "12.3457", "12.3457", "12.3457%", 12.3457),
        ("-1234.5000", "-1234.5", "-1234.5", "-1,234.5%", -1234.5),
    ],
)
def test_a_percentage_is_kept_as_it_is_sent(definition, raw, value, cell, shown, json):
    field = definition("Percent")

    typed = KIND.clean(raw, field)

    assert typed == Decimal(value)
    assert (KIND.cell(typed, field), KIND.display(typed, field), KIND.to_json(typed, field)) == (cell, shown, json)
    assert KIND.clean_cell(cell, field, CellFormat()) == typed


def test_a_column_takes_the_sign_of_a_spreadsheet(convert):
    assert convert(KIND, ["85.42%", "7", "", "x%"]) == ([Decimal("85.42"), Decimal(7), None, None], [(3, "x%")])
    assert convert(KIND, ["85,42 %"], CellFormat(decimal=",")) == ([Decimal("85.42")], [])


@pytest.mark.parametrize("raw", ["123456789012", "12.34565", "many", True, "NaN"])
def test_what_is_no_percentage_is_refused(definition, raw):
    with pytest.raises(InvalidValue):
        KIND.clean(raw, definition("Percent"))
