"""When an export is due: every day, week or month at an hour of the site's zone."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK, MONTH = "day", "week", "month"
ONE_DAY = timedelta(days=1)


def next_due(every: str, day: int, hour: int, *, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `after`. `day` is a weekday from Monday, 0, or a day of the month, in short months the last.

    An hour that a change of clocks leaves out is the next one there is, and of one that comes twice the first.
    """
    # A day before: where clocks change at midnight, the last hour of a day may fall into the next.
    first = after.astimezone(zone).date() - ONE_DAY
    moments = (datetime.combine(on, time(hour), zone).astimezone(UTC) for on in _days(every, day, first))
    return next(moment for moment in moments if moment > after)


def due_until(every: str, day: int, hour: int, *, first: datetime, now: datetime, zone: ZoneInfo) -> tuple[datetime, int]:
    """The newest moment that has come since `first`, itself due, and how many came before it and went by."""
    newest, missed = first, 0
    while (following := next_due(every, day, hour, after=newest, zone=zone)) <= now:
        newest, missed = following, missed + 1
    return newest, missed


def _days(every: str, day: int, first: date) -> Iterator[date]:
    if every == MONTH:
        yield from _days_of_months(day, first)
        return
    start = first + (day - first.weekday()) % 7 * ONE_DAY if every == WEEK else first
    step = 7 * ONE_DAY if every == WEEK else ONE_DAY
    while True:
        yield start
        start += step


def _days_of_months(day: int, first: date) -> Iterator[date]:
    year, month = first.year, first.month
    while True:
        yield date(year, month, min(day, monthrange(year, month)[1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
