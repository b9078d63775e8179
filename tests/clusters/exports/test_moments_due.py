"""When exports are due, over short months and changes of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.exports.moments_due import due_until, next_due

SAO_PAULO, BERLIN, APIA = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")


def following(every: str, day: int, hour: int, after: str, zone: ZoneInfo = SAO_PAULO) -> str:
    found = next_due(every, day, hour, after=datetime.fromisoformat(after).replace(tzinfo=zone), zone=zone)
    return found.astimezone(zone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("every", "day", "after", "due"),
    [
        ("day", 0, "2026-11-29T05:59", "2026-11-29T06:00-03:00"),
        ("day", 0, "2026-11-29T06:00", "2026-11-30T06:00-03:00"),
        ("week", 0, "2026-11-29T12:00", "2026-11-30T06:00-03:00"),  # from a Sunday to Monday
        ("week", 6, "2026-11-29T12:00", "2026-12-06T06:00-03:00"),
        ("week", 6, "2026-11-29T01:00", "2026-11-29T06:00-03:00"),
        ("month", 31, "2026-11-29T12:00", "2026-11-30T06:00-03:00"),
        ("month", 31, "2026-11-30T12:00", "2026-12-31T06:00-03:00"),
        ("month", 30, "2027-01-30T12:00", "2027-02-28T06:00-03:00"),
        ("month", 29, "2028-01-30T12:00", "2028-02-29T06:00-03:00"),
        ("month", 1, "2026-12-01T06:00", "2027-01-01T06:00-03:00"),
    ],
)
def test_the_next_moment_is_the_first_after(every, day, after, due):
    assert following(every, day, 6, after) == due


def test_an_hour_that_is_left_out_is_the_next_there_is():
    assert following("day", 0, 2, "2026-03-28T12:00", BERLIN) == "2026-03-29T03:00+02:00"
    assert following("day", 0, 2, "2026-03-29T03:00", BERLIN) == "2026-03-30T02:00+02:00"


def test_an_hour_that_comes_twice_is_due_once():
    assert following("day", 0, 2, "2026-10-24T12:00", BERLIN) == "2026-10-25T02:00+02:00"
    first = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert next_due("day", 0, 2, after=first, zone=BERLIN) == datetime(2026, 10, 26, 1, 0, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_is_no_second_moment():
    # Samoa went over the date line: 30 December 2011 was not.
    first = next_due("day", 0, 6, after=datetime(2011, 12, 29, 18, tzinfo=UTC), zone=APIA)
    assert next_due("day", 0, 6, after=first, zone=APIA) - first == timedelta(days=1)


@given(
    every=st.sampled_from(["day", "week", "month"]),
    day=st.integers(0, 31),
    hour=st.integers(0, 23),
    after=st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1)),
    zone=st.sampled_from(["America/Sao_Paulo", "Europe/Berlin", "America/Asuncion", "Australia/Lord_Howe", "UTC"]),
)
def test_moments_follow_each_other_without_a_gap_or_a_second_one(every, day, hour, after, zone):
    day = {"day": 0, "week": day % 7, "month": max(1, day)}[every]
    zone = ZoneInfo(zone)
    moment = next_due(every, day, hour, after=after.replace(tzinfo=UTC), zone=zone)
    shortest, longest = {"day": (22, 26), "week": (166, 170), "month": (27 * 24, 32 * 24)}[every]

    for _time in range(14):
        after, moment = moment, next_due(every, day, hour, after=moment, zone=zone)
        assert timedelta(hours=shortest) <= moment - after <= timedelta(hours=longest)
        assert next_due(every, day, hour, after=moment - timedelta(microseconds=1), zone=zone) == moment


def test_what_went_by_is_one_export_and_counted():
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    now = datetime(2026, 11, 8, 10, tzinfo=UTC)

    assert due_until("day", 0, 6, first=first, now=now, zone=SAO_PAULO) == (datetime(2026, 11, 8, 9, tzinfo=UTC), 7)
    assert due_until("day", 0, 6, first=first, now=first, zone=SAO_PAULO) == (first, 0)
