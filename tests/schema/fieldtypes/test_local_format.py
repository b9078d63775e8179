"""Numbers and dates as people type them: their language first, then the machine's form; what may mean two things is refused."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.fitting import fitted
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.local_format import TypedText

LANGUAGES = ("pt-br", "es", "en")
VALUES = {
    "Integer": st.integers(-(2**31), 2**31 - 1),
    "Long": st.integers(-(2**63), 2**63 - 1),
    "Decimal": st.decimals(-(10**13) + 1, 10**13 - 1, places=2),
    "Currency": st.decimals(-(10**13) + 1, 10**13 - 1, places=2),
    "Percent": st.decimals(-(10**11) + 1, 10**11 - 1, places=4),
    "Date": st.dates(),
    "Date and Time": st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    "Time": st.times().map(lambda at: at.replace(microsecond=0)),
}


def typed(label, text, language="pt-br"):
    with translation.override(language):
        return fieldtypes.get(label).clean(TypedText(text), FieldDefinition("f", label))


def refusal(label, text, language="pt-br"):
    with pytest.raises(InvalidValue) as found:
        typed(label, text, language)
    return str(found.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", VALUES)
@given(data=st.data())
def test_what_an_input_shows_reads_back_as_the_same_value(label, language, data):
    kind, field, value = fieldtypes.get(label), FieldDefinition("f", label), data.draw(VALUES[label])
    if label == "Date and Time":
        value = timezone.make_aware(value).astimezone(UTC)
        if timezone.make_aware(timezone.localtime(value).replace(tzinfo=None)).astimezone(UTC) != value:
            return  # the hour that a clock which is set back shows twice
    if isinstance(value, Decimal) and value == 0:
        value = abs(value)

    with translation.override(language):
        shown = kind.form_value(value, field)
        assert kind.clean(TypedText(shown), field) == value
        assert kind.clean(TypedText(kind.cell(value, field)), field) == value or label in {"Decimal", "Currency", "Percent"}


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("Decimal", "1.234", Decimal(1234)),
        ("Decimal", "1.234,56", Decimal("1234.56")),
        ("Decimal", "R$ 1.234,56", Decimal("1234.56")),
        ("Decimal", "1 234,56", Decimal("1234.56")),
        ("Decimal", "1234.56", Decimal("1234.56")),
        ("Decimal", "0.500", Decimal("0.5")),
        ("Decimal", "-99,9", Decimal("-99.90")),
        ("Currency", "R$\u00a099,90", Decimal("99.90")),
        ("Percent", "8,5%", Decimal("8.5")),
        ("Integer", "1.000", 1000),
        ("Integer", "1000", 1000),
        ("Date", "05/12/1980", date(1980, 12, 5)),
        ("Date", "5.12.1980", date(1980, 12, 5)),
        ("Date", "1980-12-05", date(1980, 12, 5)),
        ("Date and Time", "05/12/1980 14:30", datetime(1980, 12, 5, 17, 30, tzinfo=UTC)),
        ("Date and Time", "1980-12-05T14:30:00Z", datetime(1980, 12, 5, 14, 30, tzinfo=UTC)),
        ("Time", "14:30", time(14, 30)),
    ],
)
@pytest.mark.parametrize("language", ["pt-br", "es"])
def test_portuguese_and_spanish_people_type_as_they_write(label, text, value, language):
    assert typed(label, text, language) == value


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("Decimal", "1,234.56", Decimal("1234.56")),
        ("Integer", "1,000", 1000),
        ("Date", "12/05/1980", date(1980, 12, 5)),
        ("Date and Time", "12/05/1980 2:30 p.m.", datetime(1980, 12, 5, 17, 30, tzinfo=UTC)),
        ("Time", "2:30 PM", time(14, 30)),
    ],
)
def test_english_people_type_as_they_write(label, text, value):
    assert typed(label, text, "en") == value


@pytest.mark.parametrize(
    ("label", "text", "language", "example"),
    [
        ("Decimal", "1,234", "pt-br", "“1,234” may mean 1.234,00 or 1,23"),
        ("Decimal", "1.234", "en", "“1.234” may mean 1,234.00 or 1.23"),
        ("Decimal", "1,234.56", "pt-br", "has a point, but decimals are written with a comma"),
        ("Decimal", "1.234,56", "en", "1,234.50"),
        ("Integer", "1,000", "pt-br", "may mean 1000"),
        ("Integer", "1.000", "en", "may mean 1000"),
        ("Date", "31/12/1980", "en", "12/31/2026"),
        ("Date", "12/31/1980", "pt-br", "31/12/2026"),
        ("Date", "05/12/80", "pt-br", "31/12/2026"),
        ("Date and Time", "12/31/1980 10:00", "es", "31/12/2026 23:59"),
    ],
)
def test_what_may_mean_two_things_is_refused_with_an_example(label, text, language, example, monkeypatch):
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda message: message)  # the sentence as in the source

    assert example in refusal(label, text, language)


def test_money_is_shown_in_the_currency_of_the_country():
    currency, field = fieldtypes.get("Currency"), FieldDefinition("f", "Currency")

    shown = []
    for language in LANGUAGES:
        with translation.override(language):
            shown.append(currency.display(Decimal("1234.5"), field))

    assert shown == ["R$\u00a01.234,50", "1.234,50\u00a0BRL", "R$1,234.50"]


def test_a_number_that_names_a_record_has_no_thousands():
    field = FieldDefinition("f", "Auto Increment")

    assert fieldtypes.get("Auto Increment").display(1234567, field) == "1234567"


def test_a_limit_is_named_as_its_value_is_typed():
    field = FieldDefinition("f", "Decimal", options={"maximum": 1234.5})

    with translation.override("pt-br"), pytest.raises(InvalidValue, match=r"1\.234,50"):
        fieldtypes.get("Decimal").clean(TypedText("1.234,51"), field)


@pytest.mark.parametrize(
    ("label", "options", "cell", "shown"),
    [
        ("Decimal", {"maximum": 1234.5}, "1.234,51", "1.234,50"),
        ("Currency", {"minimum": 1234.5}, "1,00", "R$\u00a01.234,50"),
        ("Integer", {"maximum": 1000}, "1001", "1.000"),
        ("Date", {"minimum": "2020-01-31"}, "30/01/2020", "31/01/2020"),
        ("Date and Time", {"minimum": "2020-01-31T12:00:00Z"}, "30/01/2020 10:00", "31/01/2020 09:00"),
        ("Integer", {}, "9999999999", "-2.147.483.648"),
        ("Varchar 10", {}, "x" * 1234, "1.234"),
    ],
)
def test_a_worksheets_refusal_names_limits_as_people_write_them(label, options, cell, shown):
    kind, field = fieldtypes.get(label), FieldDefinition("f", label, options=options)

    with translation.override("pt-br"):
        _values, refusals = kind.convert_column([cell], field, CellFormat("dmy", ","))
        with pytest.raises(InvalidValue) as one:
            kind.clean_cell(cell, field, CellFormat("dmy", ","))

    assert shown in refusals[0].reason
    assert str(one.value) == refusals[0].reason


def test_limits_that_leave_nothing_are_named_as_people_write_them():
    field = FieldDefinition("f", "Decimal", options={"minimum": 2000, "maximum": 1234.5})

    with translation.override("pt-br"), pytest.raises(InvalidField, match=r"2\.000,00.*1\.234,50"):
        fitted(field)


@pytest.mark.parametrize(
    ("label", "text", "places"), [("Decimal", "1,2345", 2), ("Decimal", "1.2345", 2), ("Currency", "R$ 0,999", 2), ("Percent", "8,12345%", 4)]
)  # fmt: skip
def test_more_decimals_than_are_kept_are_refused_where_they_are_typed(label, text, places, monkeypatch):
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda message: message)  # the sentence as in the source

    assert f"has more than {places} decimals" in refusal(label, text)
