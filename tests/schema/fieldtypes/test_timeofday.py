from datetime import time

import pytest

from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.timeofday import Time

KIND = Time()


@pytest.mark.parametrize(
    ("raw", "value", "cell", "shown"),
    [
        ("23:50", time(23, 50), "23:50", "11:50 p.m."),
        ("9:05", time(9, 5), "09:05", "9:05 a.m."),
        ("09:05:30", time(9, 5, 30), "09:05:30", "9:05:30 a.m."),
        ("14h30", time(14, 30), "14:30", "2:30 p.m."),
        ("14 H 30 min", time(14, 30), "14:30", "2:30 p.m."),
        ("às 12:30", time(12, 30), "12:30", "12:30 p.m."),
        ("a las 9:05", time(9, 5), "09:05", "9:05 a.m."),
        ("3pm", time(15, 0), "15:00", "3:00 p.m."),
        ("12 AM", time(0, 0), "00:00", "12:00 a.m."),
        ("09:05:30.0000000", time(9, 5, 30), "09:05:30", "9:05:30 a.m."),
    ],
)
def test_a_time_has_minutes_and_seconds_where_there_are_any(definition, raw, value, cell, shown):
    field = definition("Time")

    typed = KIND.clean(raw, field)

    assert typed == value
    assert (KIND.cell(typed, field), KIND.to_json(typed, field), KIND.display(typed, field)) == (cell, cell, shown)
    assert KIND.clean(cell, field) == typed


def test_a_column_takes_the_fraction_of_a_day_that_spreadsheets_keep(convert):
    half_and_more = ([time(12, 0), time(23, 50), time(0, 0), None], [])
    assert convert(KIND, ["0.5", "0.993055555555556", "0", ""]) == half_and_more
    assert convert(KIND, ["0,5"], CellFormat(decimal=",")) == ([time(12, 0)], [])


def test_a_column_tells_what_is_no_time(convert):
    assert convert(KIND, ["23:50", "24:00", "noon"]) == ([time(23, 50), None, None], [(1, "24:00"), (2, "noon")])


def test_limits_are_times(convert):
    assert convert(KIND, ["08:59", "09:00"], minimum="09:00") == ([None, time(9, 0)], [(0, "08:59")])


@pytest.mark.parametrize("raw", ["24:00", "24h00", "9h", "10:60", "10:00:00.5", 0.5])
def test_what_is_no_time_is_refused(definition, raw):
    with pytest.raises(InvalidValue, match="a time such as 23:50"):
        KIND.clean(raw, definition("Time"))


def test_it_is_no_filter():
    assert not KIND.can_be_filter
