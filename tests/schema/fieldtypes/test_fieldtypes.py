"""What each field type takes and refuses."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.columns import column_from, deconstruct_column

GOLD = {"choices": [{"value": "Gold", "label": {"en": "Gold", "pt-br": "Ouro"}}, {"value": "Silver"}]}


OPTIONS = {"Choice": GOLD, "Choices": GOLD, "Relationship": {"entity": "CL"}}


def field(label: str) -> FieldDefinition:
    return FieldDefinition("f", label, options=OPTIONS.get(label, {}))


@pytest.mark.parametrize(
    ("label", "raw", "value"),
    [
        *[("Boolean", word, True) for word in ("true", "TRUE", "1", "yes", "sim", "S", "x", "✓", True)],
        *[("Boolean", word, False) for word in ("false", "0", "no", "não", "nao", "N", False)],
        ("Varchar 10", "  04001 ", "04001"),
        ("Varchar 10", "", None),
        ("Text", "two\r\nlines", "two\nlines"),
        ("Integer", "-12", -12),
        ("Integer", "12.0", 12),
        ("Long", 2**63 - 1, 2**63 - 1),
        ("Decimal", "2.500", Decimal("2.50")),
        ("Decimal", "-0.000", Decimal("0.00")),
        ("Decimal", 0.1 + 0.2, Decimal("0.30")),
        ("Currency", 2.5, Decimal("2.50")),
        ("Date", "1992-11-17", date(1992, 11, 17)),
        ("Date", "1992-11-17T00:00:00", date(1992, 11, 17)),
        ("Date and Time", "2016-09-14T19:21:01.3163733Z", datetime(2016, 9, 14, 19, 21, 1, 316373, UTC)),
        ("Date and Time", "2018-01-01 10:00", datetime(2018, 1, 1, 12, 0, tzinfo=UTC)),
        ("Email", "Ana+x@Example.com", "Ana+x@Example.com"),
        ("Choice", "ouro", "Gold"),
        ("Choice", "SILVER", "Silver"),
    ],
)
def test_accepts(label, raw, value):
    assert fieldtypes.get(label).clean(raw, field(label)) == value


@pytest.mark.parametrize(
    ("label", "raw", "reason"),
    [
        ("Boolean", "maybe", "yes or no"),
        ("Varchar 10", "12345678901", "11 characters long; at most 10"),
        ("Varchar 10", "a\x00b", "NUL"),
        ("Varchar 50", "****", "masked"),
        ("Integer", "1.5", "whole number"),
        ("Integer", str(2**31), "between"),
        ("Integer", True, "whole number"),
        ("Decimal", "2.005", "“2.005” has more than 2 decimals"),
        ("Decimal", Decimal("-0.001"), "has more than 2 decimals"),
        ("Currency", 1e-3, "has more than 2 decimals"),
        ("Percent", "8.12345%", "has more than 4 decimals"),
        ("Decimal", "1,234.50", "number such as"),
        ("Decimal", "NaN", "number such as"),
        ("Decimal", "1e400", "number such as"),
        ("Decimal", "12345678901234", "13 digits"),
        ("Date", "17/11/1992", "a date such as"),
        ("Date", "2021-02-30", "a date such as"),
        ("Date and Time", "yesterday", "a date and time"),
        ("Date and Time", "0001-01-01T00:00:00+14:00", "a date and time"),
        ("Email", "ana@", "an e-mail address"),
        ("Choice", "Bronze", "one of Gold, Silver"),
    ],
)
def test_refuses_with_the_reason(label, raw, reason):
    with pytest.raises(InvalidValue, match=reason):
        fieldtypes.get(label).clean(raw, field(label))


def test_local_dates_and_decimals_are_read_when_stated():
    stated = CellFormat(dates="dmy", decimal=",")

    assert fieldtypes.get("Date").clean_cell("17/11/1992", field("Date"), stated) == date(1992, 11, 17)
    assert fieldtypes.get("Decimal").clean_cell("12,5", field("Decimal"), stated) == Decimal("12.50")


@pytest.mark.parametrize("label", [label for label in fieldtypes.labels() if label != "Rule"])
def test_column_is_stored_and_made_again(label):
    column = fieldtypes.get(label).column(field(label))

    again = column_from(deconstruct_column(column), field(label))

    assert deconstruct_column(again) == {
        **deconstruct_column(column),
        "kwargs": {**deconstruct_column(column)["kwargs"], "verbose_name": "f"},
    }


VALUES = {
    "Boolean": st.booleans(),
    "Integer": st.integers(-(2**31), 2**31 - 1),
    "Long": st.integers(-(2**63), 2**63 - 1),
    "Decimal": st.decimals(-9_999_999_999_999, 9_999_999_999_999, places=2),
    "Date": st.dates(),
    "Date and Time": st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)),
    "Varchar 100": st.text(max_size=100),
    "Text": st.text(),
}


@pytest.mark.parametrize("label", VALUES)
def test_r12_cell_of_a_value_reads_back_as_the_value(label):
    kind, definition = fieldtypes.get(label), field(label)

    @given(VALUES[label])
    def round_trip(raw):
        try:
            value = kind.clean(raw, definition)
        except InvalidValue:
            return
        assert kind.clean_cell(kind.cell(value, definition), definition, CellFormat()) == value
        assert kind.clean(value, definition) == value

    round_trip()


@pytest.mark.parametrize("label", ["Decimal", "Currency", "Percent"])
@given(st.decimals(-9_999_999, 9_999_999, places=6), st.sampled_from([str, float, Decimal]))
def test_a_value_that_is_given_is_kept_as_it_is_or_refused(label, number, way):
    try:
        value = fieldtypes.get(label).clean(way(number), field(label))
    except InvalidValue as refusal:
        assert "decimals" in str(refusal)
        assert number != round(number, fieldtypes.get(label).places)
    else:
        assert value == number


def test_column_conversion_tells_the_place_of_each_refusal():
    values, refusals = fieldtypes.get("Integer").convert_column(["1", "x", "", "x"], field("Integer"), CellFormat())

    assert values == [1, None, None, None]
    assert [(refusal.position, refusal.cell) for refusal in refusals] == [(1, "x"), (3, "x")]


def test_the_history_keeps_the_fractions_of_a_time():
    kind, field, last = fieldtypes.get("Time"), FieldDefinition("hour", "Time"), time(23, 59, 59, 999999)

    assert kind.from_history(kind.to_history(last, field), field) == last


@pytest.mark.parametrize("cell", ["1,23457E+10", "5.51199E+12", "5e+12", "\u00a01,2E+13"])
@pytest.mark.parametrize("is_key", [False, True])
@pytest.mark.parametrize("label", fieldtypes.labels())
def test_a_code_that_a_spreadsheet_shortened_is_told_or_refused_by_every_type(label, is_key, cell):
    kind = fieldtypes.get(label)
    if kind.kind in ("boolean", "date", "datetime", "time", "decimal", "choice", "choices", "relation", "score", "file", "user"):
        return  # they refuse what is none of their values
    definition = FieldDefinition("f", label, unique=is_key and kind.can_be_unique)

    (value,), refusals = kind.convert_column([cell], definition, CellFormat())

    is_told = kind.may_doubt(f"\n{cell}", definition, CellFormat()) and kind.doubt(cell, definition, CellFormat()) == "shortened"
    if definition.unique or value is None:
        assert refusals
        assert "shortened by a spreadsheet" in refusals[0].reason or label in ("Email", "URL")
    else:
        assert is_told
    assert re.compile(kind.canonical_pattern(definition, CellFormat()) or "(?!)").fullmatch(cell) is None
