"""Days as people write them, with names of months; and days that may not be meant: centuries that nobody wrote, births to come."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.date_spelling import years_from
from crm.schema.fieldtypes.local_format import TypedText

DAY, BIRTH = FieldDefinition("paidOn", "Date"), FieldDefinition("birthDate", "Date")
KIND, DMY, MDY = fieldtypes.get("Date"), CellFormat("dmy", ","), CellFormat("mdy")


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime(2026, 11, 29, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "1990/03/12", "1990.3.12", "1990-3-12", "12/mar/1990", "12-Mar-1990", "12 MAR. 1990", "12 mar 1990", "12.mar.1990",
        "12 de março de 1990", "12 de marzo del 1990", "12 March 1990", "March 12, 1990", "Mar 12th, 1990", "12\u00a0de\u00a0março\u00a0de\u00a01990",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [CellFormat(), DMY, MDY], ids=lambda form: form.dates)
def test_a_day_whose_month_is_certain_is_read_whatever_the_order(text, form):
    assert KIND.clean_cell(text, DAY, form) == KIND.clean(text, DAY) == KIND.clean(TypedText(text), DAY) == date(1990, 3, 12)


@pytest.mark.parametrize("text", ["12/xyz/1990", "31/fev/1990", "mar/1990", "12/mar", "1990/31/12", "12 mar 1990 x"])
def test_what_is_no_day_is_quoted_as_written(text):
    with pytest.raises(InvalidValue, match=f"“{text}” is not a date such as 31/12/2026"):
        KIND.clean_cell(text, DAY, DMY)


@pytest.mark.parametrize("zone", ["UTC", "+0000 UTC", "+00:00 UTC", "+00:00[UTC]", "GMT+00:00", "UTC+0000", "+0000"])
def test_a_moment_takes_the_zones_that_programs_write(zone):
    moment = fieldtypes.get("Date and Time").clean_cell(
        f"2023-09-12 15:10:00 {zone}", FieldDefinition("at", "Date and Time"), DMY
    )

    assert moment == datetime(2023, 9, 12, 15, 10, tzinfo=UTC)


def test_a_moment_takes_the_same_days():
    moment = fieldtypes.get("Date and Time").clean_cell("12/set/2023 3:10 pm", FieldDefinition("at", "Date and Time"), DMY)

    assert moment == datetime(2023, 9, 12, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["5/12/80", "5/dez/80", "5 de dezembro de 80"])
def test_a_century_that_is_not_typed_is_asked_for(text):
    with pytest.raises(InvalidValue, match="leaves the century open: write all digits of the year"):
        KIND.clean(TypedText(text), DAY)
    with pytest.raises(InvalidValue, match="is not a date"):
        KIND.clean(text, DAY)


@pytest.mark.parametrize(
    ("field", "cell", "form", "day", "doubt"),
    [
        (DAY, "5/12/80", DMY, date(1980, 12, 5), "century"),
        (DAY, "5/dez/80", DMY, date(1980, 12, 5), "century"),
        (DAY, "11/21/28", MDY, date(2028, 11, 21), "century"),
        (BIRTH, "11/21/28", MDY, date(1928, 11, 21), "past"),
        (BIRTH, "29/02/28", DMY, date(1928, 2, 29), "past"),
        (BIRTH, "30/11/26", DMY, date(1926, 11, 30), "past"),
        (BIRTH, "29/11/26", DMY, date(2026, 11, 29), "century"),
        (BIRTH, "30/11/2026", DMY, date(2026, 11, 30), "future"),
        (BIRTH, "2062-05-01", CellFormat(), date(2062, 5, 1), "future"),
        (DAY, "2062-05-01", CellFormat(), date(2062, 5, 1), ""),
        (BIRTH, "05/12/1879", DMY, date(1879, 12, 5), "ancient"),
        (DAY, "0190-01-01", CellFormat(), date(190, 1, 1), "ancient"),
        (BIRTH, "2026-11-29", CellFormat(), date(2026, 11, 29), ""),
        (BIRTH, "01/01/1880", DMY, date(1880, 1, 1), ""),
    ],
)
def test_a_day_that_may_not_be_meant_is_in_doubt(field, cell, form, day, doubt):
    assert KIND.clean_cell(cell, field, form) == day
    assert KIND.doubt(cell, field, form) == doubt
    assert KIND.may_doubt(f"\n{cell}", field, form) or not doubt


def test_an_example_shows_what_became_of_a_year_that_would_lie_in_the_future():
    assert KIND.doubt_example("11/21/28", BIRTH, MDY) == "11/21/28 → 11/21/1928"


@pytest.mark.parametrize(
    "raw", ["2026-11-30", "2062-05-01", "1879-12-31", "0190-01-01", date(2027, 1, 1), TypedText("05/12/2062")]
)
def test_nobody_is_born_in_the_future_or_long_ago_where_one_day_is_given(raw):
    with pytest.raises(InvalidValue, match="is nobody's day of birth: those lie from 1880 to today"):
        KIND.clean(raw, BIRTH)
    assert KIND.clean(raw, DAY)


@given(st.dates(date(1880, 1, 1), date(2099, 12, 31)))
def test_days_of_birth_that_are_loaded_as_they_are_have_no_doubt(day):
    matches = fieldtypes.get("Date").canonical_pattern(BIRTH, CellFormat())

    if re.fullmatch(matches, day.isoformat()):
        assert not KIND.doubt(day.isoformat(), BIRTH, CellFormat())
        assert day.year < 2026


@given(st.integers(1000, 9998), st.integers(1000, 9999))
def test_the_expression_of_later_years_matches_them_alone(first, year):
    assert bool(re.fullmatch(years_from(first), str(year))) == (year >= first)
