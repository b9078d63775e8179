"""Days and instants as a rule writes them: `2026-01-31`, `2026-01-31T10:00Z`, `today-2w`, `month end`, `now-30d`."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from crm.rules.errors import RuleError

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?\s?(Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII
)
RELATIVE = re.compile(
    r"(now|today|(?:week|month|quarter|year)\s+(?:start|end))((?:\s*[+-]\s*[0-9]{1,6}\s*[smhdwMy])*)", re.ASCII | re.I
)
STEP = re.compile(r"([+-])\s*([0-9]+)\s*([smhdwMyA-Z])", re.ASCII)
SECONDS = {"s": 1, "m": 60, "h": 3600}
DAYS = {"d": 1, "w": 7}
MONTHS = {"M": 1, "y": 12}
UNITS = (*SECONDS, *DAYS, *MONTHS)
LENGTHS = {"week": (7, "d"), "month": (1, "M"), "quarter": (3, "M"), "year": (1, "y")}
FURTHEST = 500  # years that steps may lead away, so that dates stay within the calendar
EXAMPLES = ("2026-01-31", "2026-01-31T10:00Z", "today-7d", "month start", "now-30d")


@dataclass(frozen=True)
class Clock:
    """The time at which a rule is evaluated, and the zone in which its days begin."""

    moment: datetime
    zone: tzinfo

    @property
    def local(self) -> datetime:
        return self.moment.astimezone(self.zone)

    def start_of(self, day: date) -> datetime:
        """The first instant of a day. Raises OverflowError at the ends of the calendar."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def day_range(self, day: date) -> tuple[datetime, datetime]:
        """The first instant of a day and of the next one."""
        return self.start_of(day), self.start_of(day + timedelta(days=1))


def read_moment(text: str, clock: Clock, at: int = 0) -> date | datetime:
    """A day (a `date`) or an instant (a `datetime` in UTC). Raises RuleError."""
    text = text.strip()
    try:
        if DATE.fullmatch(text):
            return _checked(date.fromisoformat(text), clock)
        if MOMENT.fullmatch(text):
            return _instant(text, clock.zone)
        if found := RELATIVE.fullmatch(text):
            return _relative(found[1].lower(), _steps(found[2], at), clock, at)
    except (ValueError, OverflowError):
        pass  # the 31st of June, or a day before the calendar begins
    raise RuleError(_("“%s” is not a date.") % text[:60], at, expected=EXAMPLES)


def is_relative(text: str) -> bool:
    """Return True for `today-2w` or `now`, whose meaning moves on."""
    return RELATIVE.fullmatch(text.strip()) is not None


def _checked(day: date, clock: Clock) -> date:
    clock.day_range(day)
    return day


def _instant(text: str, zone: tzinfo) -> datetime:
    # Python reads six digits of a second; the API writes seven.
    moment = datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", text).replace(" Z", "Z"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _steps(text: str, at: int) -> list[tuple[int, str]]:
    found = [(int(sign + amount), unit) for sign, amount, unit in STEP.findall(text)]
    if unknown := "".join(unit for _amount, unit in found if unit not in UNITS):
        raise RuleError(_("“%s” is no unit of time.") % unknown, at, expected=UNITS)
    if sum(abs(amount) * _rough_days(unit) for amount, unit in found) > FURTHEST * 366:
        raise RuleError(_("A date may lie at most %s years away.") % FURTHEST, at)
    return found


def _rough_days(unit: str) -> float:
    return SECONDS[unit] / 86_400 if unit in SECONDS else DAYS[unit] if unit in DAYS else MONTHS[unit] * 30.5


def _relative(word: str, steps: list[tuple[int, str]], clock: Clock, at: int) -> date | datetime:
    if word == "now":
        return _stepped(clock.local, steps, clock.zone).astimezone(UTC)
    if any(unit in SECONDS for _amount, unit in steps):
        raise RuleError(_("“%s” is a day, and takes steps of days, weeks, months or years.") % word, at)
    if word.endswith("end"):
        return _end_of(word.split(maxsplit=1)[0], steps, clock)
    return _day_later(_start_of(word.split(maxsplit=1)[0], clock.local.date()), steps, clock)


def _end_of(period: str, steps: list[tuple[int, str]], clock: Clock) -> date:
    """Steps of months and years lead from the end of a month to that of another: `month end-1M` may be the 28th or the 31st."""
    last = _day_later(_start_of(period, clock.local.date()), [LENGTHS[period], (-1, "d")], clock)
    if period == "week":
        return _day_later(last, steps, clock)
    month = _day_later(last.replace(day=1), [step for step in steps if step[1] in MONTHS], clock)
    return _day_later(month, [(1, "M"), (-1, "d"), *(step for step in steps if step[1] not in MONTHS)], clock)


def _day_later(day: date, steps: list[tuple[int, str]], clock: Clock) -> date:
    return _stepped(datetime.combine(day, time(12), clock.zone), steps, clock.zone).date()


def _start_of(period: str, today: date) -> date:
    if period == "week":
        return today - timedelta(days=today.weekday())
    if period == "month":
        return today.replace(day=1)
    if period == "quarter":
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return today.replace(month=1, day=1) if period == "year" else today


def _stepped(moment: datetime, steps: list[tuple[int, str]], zone: tzinfo) -> datetime:
    """Days and longer steps keep the time on the clock, shorter ones count as they pass."""
    for amount, unit in steps:
        if unit in SECONDS:
            moment = (moment.astimezone(UTC) + timedelta(seconds=amount * SECONDS[unit])).astimezone(zone)
        elif unit in DAYS:
            moment += timedelta(days=amount * DAYS[unit])
        else:
            moment = _months_later(moment, amount * MONTHS[unit])
    return moment


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of another month, or its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
