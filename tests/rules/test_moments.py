# ruff: noqa: RUF001  # letters that look alike are what this is about

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.rules.errors import RuleError
from crm.rules.moments import Clock, read_moment

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
# 22:30 of Saturday the 14th in São Paulo.
CLOCK = Clock(datetime(2026, 3, 15, 1, 30, tzinfo=UTC), SAO_PAULO)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("today", date(2026, 3, 14)),
        ("TODAY - 2w", date(2026, 2, 28)),
        ("today+1d", date(2026, 3, 15)),
        ("week start", date(2026, 3, 9)),
        ("month start", date(2026, 3, 1)),
        ("month start-1M", date(2026, 2, 1)),
        ("month start - 1d", date(2026, 2, 28)),
        ("quarter start", date(2026, 1, 1)),
        ("year start-1y", date(2025, 1, 1)),
        ("week end", date(2026, 3, 15)),
        ("week end-1w", date(2026, 3, 8)),
        ("week end+1M", date(2026, 4, 15)),
        ("month end", date(2026, 3, 31)),
        ("month end-1M", date(2026, 2, 28)),
        ("Month End - 1M - 1d", date(2026, 2, 27)),
        ("quarter end", date(2026, 3, 31)),
        ("quarter end+1M", date(2026, 4, 30)),
        ("year end", date(2026, 12, 31)),
        ("year end-2y", date(2024, 12, 31)),
        ("now-12M", utc(2025, 3, 15, 1, 30)),
        ("today-1M+2d", date(2026, 2, 16)),
        ("now", utc(2026, 3, 15, 1, 30)),
        ("now-30d", utc(2026, 2, 13, 1, 30)),
        ("now-90m", utc(2026, 3, 15, 0, 0)),
        ("now+1h-30s", utc(2026, 3, 15, 2, 29, 30)),
        ("2026-01-31T10:00Z", utc(2026, 1, 31, 10)),
        ("2026-01-31 10:00", utc(2026, 1, 31, 13)),
        ("2026-01-31T10:00:00-05:00", utc(2026, 1, 31, 15)),
        ("2016-09-14T19:21:01.3163733Z", utc(2016, 9, 14, 19, 21, 1, 316373)),
    ],
)
def test_days_and_instants(text, moment):
    assert read_moment(text, CLOCK) == moment
    assert type(read_moment(text, CLOCK)) is type(moment)


def test_a_month_later_is_its_last_day_at_most():
    end_of_january = Clock(utc(2026, 1, 31, 12), SAO_PAULO)

    assert read_moment("today+1M", end_of_january) == date(2026, 2, 28)


def test_days_keep_the_clock_and_hours_do_not():
    # Clocks in New York went forward on 8 March 2026.
    now = Clock(utc(2026, 3, 8, 16), ZoneInfo("America/New_York"))

    assert read_moment("now-1d", now) == utc(2026, 3, 7, 17)
    assert read_moment("now-24h", now) == utc(2026, 3, 7, 16)


def test_a_day_that_begins_at_one_o_clock():
    # There was no midnight in São Paulo on 4 November 2018, and two on the way to 18 February.
    assert CLOCK.day_range(date(2018, 11, 4)) == (utc(2018, 11, 4, 3), utc(2018, 11, 5, 2))
    assert CLOCK.day_range(date(2018, 2, 17)) == (utc(2018, 2, 17, 2), utc(2018, 2, 18, 3))
    assert CLOCK.day_range(date(2018, 2, 17))[1] - CLOCK.day_range(date(2018, 2, 17))[0] == timedelta(hours=25)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "2026-02-30", "2026-13-01", "31/12/2026", "0000-01-01", "9999-12-31", "today-3h", "now-3x", "now-3D",
     "now-999999y", "now -", "now-30", "month", "now-1.5d", "２０２６-01-01", "2026-01-31T25:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(RuleError) as refused:
        read_moment(text, CLOCK, at=7)

    assert refused.value.position == 7
