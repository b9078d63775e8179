"""Notifies a person, on the next page that they open, that a job which they started has ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from crm.jobs.models import Job, JobState

SESSION_KEY = "watched_jobs"  # only sessions that wait for something cost a query


def watch(request: HttpRequest, job: Job, *, label: str, url: str) -> None:
    """`label` is the job's name for people (“Import of dealers.csv”), `url` where its outcome is shown."""
    request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), {"job": str(job.pk), "label": label, "url": url}]


class JobNoticesMiddleware:
    """Adds a message for each watched job that is over, except on the page that shows its outcome."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and not request.headers.get("HX-Request") and request.session.get(SESSION_KEY):
            _notify(request, request.session[SESSION_KEY])
        return self.get_response(request)


def _notify(request: HttpRequest, watched: list[dict[str, Any]]) -> None:  # Any: JSON values
    jobs = Job.objects.filter(pk__in=[entry["job"] for entry in watched])
    states = {str(key): state for key, state in jobs.values_list("pk", "state")}
    over = [
        entry
        for entry in watched
        if states.get(entry["job"], JobState.DONE) in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
    ]
    if not over:
        return
    request.session[SESSION_KEY] = [entry for entry in watched if entry not in over]
    for entry in over:
        if entry["url"] != request.path and entry["job"] in states:
            messages.add_message(request, _level(states[entry["job"]]), _message(entry))


def _message(entry: dict[str, Any]) -> str:  # Any: JSON values
    return format_html('{} <a href="{}">{}</a>', _("%s has ended.") % entry["label"], entry["url"], _("See what came of it"))


def _level(state: str) -> int:
    return messages.SUCCESS if state == JobState.DONE else messages.WARNING
