"""What a number in a cell says: no noise of floats, dates in both systems, zeros that the format shows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.worksheets.formats.reading.workbook.cells import NumberFormat, format_of, format_of_code, number_text, shown
from crm.worksheets.formats.reading.workbook.refusal_codes import NoValue


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1", "1"), ("-0", "0"), ("007", "007"), ("38263.0", "38263"), ("0.30000000000000004", "0.3"), ("1E-3", "0.001"),
        ("1.2345678901234568E+16", "12345678901234600"), ("12345678901234567", "12345678901234567"), ("999.99", "999.99"),
        ("-5.10", "-5.1"), ("4.35", "4.35"), ("1e22", "10000000000000000000000"),
    ],
)  # fmt: skip
def test_numbers_are_what_a_spreadsheet_shows(written, text):
    assert number_text(written) == text


@given(st.decimals(min_value="-999999999999", max_value="999999999999", places=2, allow_nan=False, allow_infinity=False))
def test_money_survives_the_float_that_a_workbook_keeps(amount):
    text = number_text(repr(float(amount)))

    assert Decimal(text) == amount and len(text.partition(".")[2]) <= 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"), ("0.00", "number"), ("#,##0.00", "number"), ("@", "number"), ("0%", "percent"), ("0.00%;[Red]-0.00%", "percent"), ('0"%"', "number"), ("0.00E+00", "number"),
        ('#,##0 "days"', "number"), ("[$R$-416] #,##0.00", "number"), ("[Red]-0.0", "number"), ("#,##0 USD", "number"),
        ("yyyy-mm-dd", "date"), ("dd/mm/yyyy", "date"), ("[$-416]d mmm yyyy;@", "date"), ("mmm-yy", "date"), ("m/d/yy", "date"),
        ("dd/mm/yyyy hh:mm", "datetime"), ("yyyy-mm-dd hh:mm:ss.000", "datetime"), ("m/d/yy h:mm AM/PM", "datetime"),
        ("hh:mm", "time"), ("mm:ss.0", "time"), ("[h]:mm:ss", "duration"), ("[mm]:ss", "duration"),
        ("00000", "zeros"), ("00000\\-000", "zeros"), ('000"."000"."000\\-00', "zeros"), ("0", "number"),
    ],
)  # fmt: skip
def test_formats_are_told_by_their_code(code, kind):
    assert format_of_code(code).kind == kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, "number"), (2, "number"), (14, "date"), (22, "datetime"), (20, "time"), (46, "duration"), (49, "number")],
)
def test_formats_of_a_number_alone(number, kind):
    assert format_of(number).kind == kind


@pytest.mark.parametrize(
    ("serial", "code", "text"),
    [
        ("1", "yyyy-mm-dd", "1900-01-01"), ("59", "yyyy-mm-dd", "1900-02-28"), ("61", "yyyy-mm-dd", "1900-03-01"),
        ("45351", "yyyy-mm-dd", "2024-02-29"), ("2958465", "yyyy-mm-dd", "9999-12-31"),
        ("45351.4375", "yyyy-mm-dd", "2024-02-29T10:30:00"), ("45351", "yyyy-mm-dd hh:mm", "2024-02-29T00:00:00"),
        ("45351.99999999999", "yyyy-mm-dd", "2024-03-01"), ("46092.443750000001", "yyyy-mm-dd hh:mm", "2026-03-11T10:39:00"),
        ("0.4375", "hh:mm", "10:30:00"), ("0.5000057870", "hh:mm:ss", "12:00:00.500"), ("1.5", "[h]:mm", "36:00:00"),
        ("1310", "00000", "01310"), ("1310100", "00000\\-000", "01310-100"), ("12345678909", '000"."000"."000\\-00', "123.456.789-09"),
        ("1234567", "00000", "1234567"), ("1.5", "00000", "1.5"), ("-3", "000", "-3"),
    ],
)  # fmt: skip
def test_what_is_shown(serial, code, text):
    assert shown(serial, format_of_code(code), is_1904=False) == text


@pytest.mark.parametrize(
    ("serial", "text"), [("0", "1904-01-01"), ("59", "1904-02-29"), ("60", "1904-03-01"), ("43889", "2024-02-29")]
)
def test_days_counted_from_1904(serial, text):
    assert shown(serial, NumberFormat("date"), is_1904=True) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [("0.08", "8%"), ("0.085", "8.5%"), ("1", "100%"), ("0.28999999999999998", "29%"), ("-0.005", "-0.5%"), ("0", "0%")],
)
def test_a_percentage_is_what_the_cell_shows(written, text):
    assert shown(written, format_of(10), is_1904=False) == text


@pytest.mark.parametrize("serial", ["60", "0", "-1", "2958466", "1e300", "inf", "nan"])
def test_what_is_no_day_is_no_value(serial):
    with pytest.raises(NoValue):
        shown(serial, NumberFormat("date"), is_1904=False)


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(9999, 12, 31)), st.booleans())
def test_every_day_in_either_system(day, is_1904):
    first = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    if day >= first:
        assert shown(str((day - first) // timedelta(days=1)), NumberFormat("date"), is_1904=is_1904) == day.isoformat()
