"""Days and moments as commands and addresses write them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from clusters.errors import InvalidCluster


def read_day(text: str) -> date:
    """Raises InvalidCluster."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InvalidCluster(_("“%s” is not a date such as 2026-11-28.") % text)
    return day


def read_moment(text: str) -> datetime:
    """A bare date means its end, or now while it lasts; without a zone it is the site's. Raises InvalidCluster."""
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        moment = parse_datetime(text) if len(text) > len("2026-11-28") else None
    except ValueError:
        moment = None
    if moment is None:
        return min(
            datetime.combine(read_day(text), time.max, zone),
            max(timezone.now(), datetime.combine(read_day(text), time.min, zone)),
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
