"""Figures of a worksheet's pages in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from crm.jobs.models import Job
from crm.local_numbers import local_number
from crm.people.naming import actor_label
from crm.worksheets.importing.import_jobs import PHASES
from crm.worksheets.results import Counts
from crm.worksheets.review import summaries

register = template.Library()


@register.simple_tag
def phase_name(name: str) -> str:
    return str(PHASES.get(name, name))


@register.simple_tag
def time_left(job: Job) -> str:
    """Empty while it cannot be estimated."""
    if not job.total or not job.rate or job.done >= job.total:
        return ""
    seconds = round((job.total - job.done) / job.rate)
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.simple_tag
def counted(counts: Counts | Mapping[str, Any]) -> str:  # Any: JSON values
    """Rows by what became of them, as a list of words."""
    return summaries.counted(counts if isinstance(counts, Counts) else Counts.from_json(counts))


@register.simple_tag
def undone(records: Mapping[str, int]) -> str:
    """Records of an undo by what became of them."""
    return summaries.undone(records)


@register.simple_tag
def rate(phase: dict[str, Any]) -> str:  # Any: JSON values
    return local_number(round(phase["rows"] / phase["seconds"])) if phase["seconds"] and phase["rows"] else "–"


@register.filter
def actor(name: str) -> str:
    """Who acted, of the name that was stored."""
    return actor_label(name)


@register.simple_tag
def moment(text: str) -> str:
    """A stored moment, in the site's zone."""
    found = parse_datetime(text)
    return date_format(localtime(found), "SHORT_DATETIME_FORMAT") if found else ""
